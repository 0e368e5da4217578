import { describe, expect, it } from 'vitest'
import { isAllowed, parseAllow } from '../../../shared/adapters/egress/allow.ts'

const allows = (rules: string, host: string, address: string, port: number): boolean =>
  isAllowed(parseAllow(rules), { host, address, port })

describe('the rules of what may be dialled', () => {
  it('are separated by commas or spaces, and may be none', () => {
    expect(parseAllow('')).toEqual([])
    expect(parseAllow(' db.internal:5432,10.0.0.0/8:*\n[fd12::/16]:22  ')).toEqual([
      { is: 'host', name: 'db.internal', port: 5432 },
      { is: 'network', network: { address: '10.0.0.0', bits: 8 }, port: '*' },
      { is: 'network', network: { address: 'fd12::', bits: 16 }, port: 22 },
    ])
  })

  it.each([
    'db.internal',
    'db.internal:',
    ':5432',
    'db.internal:0',
    'db.internal:65536',
    'db.internal:5432:1',
    'fd12::1:5432',
    '[db.internal]:5432',
    '10.0.0.0/33:5432',
    '[fd12::/129]:5432',
    '[fe80::1%eth0]:22',
    '127.1:5432',
    '0x7f.0.0.1:5432',
    '*:5432',
    '10.0.0.0/:5432',
    '169.254.169.254:80',
    '[fd00:ec2::254]:80',
    '0.0.0.0:80',
  ])('do not take %s', (text) => {
    expect(() => parseAllow(`10.0.0.1:1,${text}`)).toThrow(/invalid-request: ".*" (is not a rule|names an address)/)
  })

  it.each([
    ['', 'a.example', '93.184.216.34', 80, true],
    ['', 'db.internal', '10.1.2.3', 5432, false],
    ['db.internal:5432', 'db.internal', '10.1.2.3', 5432, true],
    ['DB.internal:*', 'db.internal', 'fd12::7', 1, true],
    ['db.internal:5432', 'db.internal', '10.1.2.3', 5433, false],
    ['db.internal:5432', 'x.internal', '10.1.2.3', 5432, false],
    ['db.internal:5432', 'db.internal', '127.0.0.1', 5432, false],
    ['10.1.0.0/16:5432', 'any.internal', '10.1.255.255', 5432, true],
    ['10.1.0.0/16:5432', 'any.internal', '10.2.0.0', 5432, false],
    ['[fd12::/16]:5432', 'any.internal', 'fd12::1', 5432, true],
    ['0.0.0.0/0:*', 'x', '127.0.0.1', 80, false],
    ['[::/0]:*', 'x', '::1', 80, false],
    ['127.0.0.0/8:*', 'x', '127.0.0.1', 80, true],
    ['127.0.0.1:80', 'x', '127.0.0.1', 80, true],
    ['127.0.0.1:80', 'x', '127.0.0.2', 80, false],
    ['127.0.0.1:80', 'x', '::1', 80, false],
    ['[::1]:80', 'x', '::1', 80, true],
    ['localhost:80', '127.0.0.1', '127.0.0.1', 80, true],
    ['localhost:80', 'x', '::1', 80, true],
    ['0.0.0.0/0:* [::/0]:*', 'x', '169.254.169.254', 80, false],
    ['0.0.0.0/0:* [::/0]:*', 'x', 'fd00:ec2::254', 80, false],
    ['0.0.0.0/0:* x:*', 'x', '100.64.0.1', 80, false],
    ['168.0.0.0/8:* x:*', 'x', '168.63.129.16', 80, false],
  ])('"%s" let %s at %s port %i pass: %s', (rules, host, address, port, passes) => {
    expect(allows(rules, host, address, port)).toBe(passes)
  })
})
