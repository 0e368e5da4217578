import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import ipaddr from 'ipaddr.js'
import type { Address } from '../../connectors/kind.ts'

/**
 * What an address is, to the guard: `public` may be dialled, `private` and `loopback` only by a rule of the
 * deployment, `never` by nobody (metadata services, link-local, and every range that is not plain unicast).
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'never'

export type Host =
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'literal'; readonly address: Address }

/**
 * A host as configured, to a lower-case ASCII name or an IP address in its one canonical spelling. Undefined for
 * what is neither: among them every odd spelling that inet_aton, though not Node's own parser, reads as an address
 * (`127.1`, `0x7f.1`, `2130706433`), so that no two parsers can disagree about where a dial goes.
 */
export function parseHost(host: string): Host | undefined {
  const bare = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host
  if (bare !== host && isIP(bare) !== 6) return undefined
  const name = (isASCII(bare) ? bare : domainToASCII(bare)).toLowerCase().replace(/\.$/, '')
  if (isIP(name) !== 0) return name.includes('%') ? undefined : { is: 'literal', address: canonical(name) }
  if (name.length > 253 || !/^[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*$/.test(name)) return undefined
  return endsInNumber(name) ? undefined : { is: 'name', name }
}

const isASCII = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** As the WHATWG URL standard has it: such a host is an IPv4 address or nothing. */
const endsInNumber = (name: string): boolean => /(^|\.)(\d+|0x[0-9a-f]*)$/.test(name)

/** One spelling for each address; an IPv4 address mapped into IPv6 is the IPv4 address. */
export function canonical(address: string): Address {
  const parsed = parse(address)
  return { address: parsed.toString(), family: parsed.kind() === 'ipv4' ? 4 : 6 }
}

/** In hexadecimal first: ipaddr.js takes `::127.0.0.1` for an IPv4 address, but `::7f00:1`, the same bytes, not. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const isMixed = address.includes(':') && address.includes('.')
  return ipaddr.process(isMixed ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address)
}

/** The class of an address, from its bytes alone. */
export function classify(address: string): AddressClass {
  if (isIP(address) === 0 || address.includes('%')) return 'never'
  if (isWithin(address, neverDialled)) return 'never'
  const parsed = parse(address)
  switch (parsed.range()) {
    case 'loopback':
      return 'loopback'
    case 'private':
    case 'uniqueLocal':
      return 'private'
    case 'unicast':
      // Outside 2000::/3 nothing is assigned (RFC 4291); ::/96, an old way to embed IPv4, passes as unicast.
      return parsed.kind() === 'ipv4' || isWithin(address, [globalUnicast]) ? 'public' : 'never'
    default:
      return 'never'
  }
}

export interface Network {
  readonly address: string
  readonly bits: number
}

/** Whether the address lies in one of the networks. */
export function isWithin(address: string, networks: readonly Network[]): boolean {
  const parsed = parse(address)
  return networks.some((network) => {
    const base = ipaddr.parse(network.address)
    return base.kind() === parsed.kind() && parsed.match(base, network.bits)
  })
}

export const loopback: readonly Network[] = [
  { address: '127.0.0.0', bits: 8 },
  { address: '::1', bits: 128 },
]

const globalUnicast: Network = { address: '2000::', bits: 3 }

/** Metadata and platform addresses inside ranges that a rule could allow, or that pass as public. */
const neverDialled: readonly Network[] = [
  { address: '169.254.0.0', bits: 16 },
  // AWS: instance metadata, DNS, time and credentials of a VPC
  { address: 'fd00:ec2::', bits: 32 },
  // Google Cloud's metadata server
  { address: 'fd20:ce::254', bits: 128 },
  // Azure's platform address
  { address: '168.63.129.16', bits: 32 },
]
