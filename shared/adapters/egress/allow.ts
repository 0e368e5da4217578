import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Fault } from '../../domain/faults.ts'
import { type AddressClass, classify, isWithin, loopback, type Network, parseHost } from './address.ts'

/**
 * What connectors may dial besides public addresses: a host by its name, or the addresses of a network, at one port
 * or at any. A name never opens loopback: whoever answers for the name would choose it.
 */
export type AllowRule =
  | { readonly is: 'host'; readonly name: string; readonly port: number | '*' }
  | { readonly is: 'network'; readonly network: Network; readonly port: number | '*' }

/**
 * Rules from text, comma or space separated: `db.internal:5432`, `10.0.0.0/8:5432`, `[fd12::/16]:*`,
 * `127.0.0.1:15432`. `localhost:<port>` stands for every loopback address. Fault: invalid-request.
 */
export const parseAllow = (text: string): readonly AllowRule[] =>
  text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .flatMap(parseRule)

function parseRule(text: string): readonly AllowRule[] {
  const [, bracketed, plain, portText] = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\*|\d{1,5})$/.exec(text) ?? []
  const target = bracketed ?? plain
  const port = portText === '*' ? '*' : Number(portText)
  if (target === undefined || (port !== '*' && !(port >= 1 && port <= 65535))) throw notARule(text)
  const network = parseNetwork(target)
  if (network !== undefined) {
    if (network.bits === widest(network) && classify(network.address) === 'never') throw neverAllowed(text)
    return [{ is: 'network', network, port }]
  }
  const host = bracketed === undefined ? parseHost(target) : undefined
  if (host?.is !== 'name') throw notARule(text)
  if (host.name === 'localhost') return loopback.map((network) => ({ is: 'network', network, port }))
  return [{ is: 'host', name: host.name, port }]
}

function parseNetwork(text: string): Network | undefined {
  const [, address, bitsText] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  if (address === undefined || isIP(address) === 0 || address.includes('%')) return undefined
  const base = ipaddr.parse(address)
  const bits = bitsText === undefined ? widest({ address }) : Number(bitsText)
  if (bits > widest({ address })) return undefined
  return { address: base.toString(), bits }
}

const widest = ({ address }: { readonly address: string }): number => (isIP(address) === 4 ? 32 : 128)

/** Whether the rules let a dial of `host` go to this address, which was one of its answers. */
export function isAllowed(
  rules: readonly AllowRule[],
  dial: { readonly host: string; readonly address: string; readonly port: number },
): boolean {
  const addressClass: AddressClass = classify(dial.address)
  if (addressClass === 'public') return true
  if (addressClass === 'never') return false
  return rules.some((rule) => {
    if (rule.port !== '*' && rule.port !== dial.port) return false
    if (rule.is === 'host') return addressClass === 'private' && rule.name === dial.host
    if (!isWithin(dial.address, [rule.network])) return false
    return addressClass === 'private' || isLoopbackOnly(rule.network)
  })
}

/** A rule as wide as `0.0.0.0/0` means private networks: loopback has to be named. */
const isLoopbackOnly = (network: Network): boolean =>
  loopback.some((of) => network.bits >= of.bits && isWithin(network.address, [of]))

const notARule = (text: string): Fault =>
  new Fault('invalid-request', `${JSON.stringify(text)} is not a rule of what connectors may dial.`, {
    hint: 'Write host:port, address:port or network/bits:port, IPv6 in brackets: db.internal:5432, [fd12::/16]:*.',
  })

const neverAllowed = (text: string): Fault =>
  new Fault('invalid-request', `${JSON.stringify(text)} names an address that connectors may never dial.`, {
    hint: 'Metadata, link-local and reserved addresses cannot be allowed: take the rule out.',
  })
