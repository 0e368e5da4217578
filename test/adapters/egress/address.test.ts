import { describe, expect, it } from 'vitest'
import { canonical, classify, parseHost } from '../../../shared/adapters/egress/address.ts'

describe('a host', () => {
  it.each([
    ['db.example', 'db.example'],
    ['DB.Example.', 'db.example'],
    ['my_db-1', 'my_db-1'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['1.2.3.4', '1.2.3.4'],
    ['１.2.3.4', '1.2.3.4'],
    ['[2606:4700::0:1111]', '2606:4700::1111'],
    ['2606:4700::1111', '2606:4700::1111'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['123.example', '123.example'],
    ['a'.repeat(63), 'a'.repeat(63)],
  ])('%s is read as %s', (host, as) => {
    const parsed = parseHost(host)
    expect(parsed?.is === 'name' ? parsed.name : parsed?.address.address).toBe(as)
  })

  it.each([
    '',
    '.',
    'a..b',
    'a b',
    '-a.example',
    'a\0.example',
    'a/b',
    'user@host',
    'host:80',
    '[127.0.0.1]',
    '[db.example]',
    '[::1',
    '::1]',
    'fe80::1%eth0',
    '2606:4700::1111%1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '0x1.2.3.4',
    '1',
    'a.example.0x1f',
    'a'.repeat(64),
    Array(52).fill('abcd').join('.'),
    'xn--a.example\u{0}',
  ])('%j is not read', (host) => {
    expect(parseHost(host)).toBeUndefined()
  })
})

describe('an address', () => {
  it.each([
    ['93.184.216.34', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:93.184.216.34', 'public'],
    ['10.0.0.1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['fd12::1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::127.0.0.1', 'never'],
    ['::7f00:1', 'never'],
    ['169.254.169.254', 'never'],
    ['100.64.0.1', 'never'],
    ['fd00:ec2::254', 'never'],
    ['4000::1', 'never'],
    ['db.example', 'never'],
    ['', 'never'],
    ['2606:4700::1111%eth0', 'never'],
  ] as const)('%s is %s', (address, is) => {
    expect(classify(address)).toBe(is)
  })

  it('has one spelling', () => {
    expect(canonical('2606:4700:0:0::1')).toEqual({ address: '2606:4700::1', family: 6 })
    expect(canonical('::FFFF:1.2.3.4')).toEqual({ address: '1.2.3.4', family: 4 })
  })
})
