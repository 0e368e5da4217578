import { describe, expect, it } from 'vitest'
import { masked, maskStream, maskText } from '../../shared/domain/mask.ts'
import { runEnvironment } from '../../shared/domain/run-environment.ts'

const secrets = ['p@ss/wörd +1', 'short', 'a.b*c(d)[e]', 'x"y\\z\nnew line', 'AKIA/very+long==secret value 0123456789']

const encodings: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  'URL-encoded': (value) => encodeURIComponent(value),
  'URL-encoded in small letters': (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  'as a form has it': (value) => new URLSearchParams([['', value]]).toString().slice(1),
  'as JSON has it': (value) => JSON.stringify(value).slice(1, -1),
  base64: (value) => Buffer.from(value).toString('base64'),
  base64url: (value) => Buffer.from(value).toString('base64url'),
}

describe('C17 the mask', () => {
  it.each(Object.entries(encodings))('replaces values %s', (_name, encode) => {
    const text = secrets.map((value) => `before ${encode(value)} after`).join('\n')
    expect(maskText(secrets)(text)).toBe(secrets.map(() => `before ${masked} after`).join('\n'))
  })

  it('replaces what identifies a value in base64 of more than it', () => {
    const value = 'a value of some length'
    for (const before of ['', 'x', 'xy', 'xyz', 'user:'])
      for (const after of ['', 'x', 'xy', 'xyz']) {
        const text = maskText([value])(Buffer.from(before + value + after).toString('base64'))
        expect(text, `${before}|${after}`).toContain(masked)
        expect(Buffer.from(text.replaceAll(masked, ''), 'base64').toString()).not.toContain('value of')
      }
  })

  it('takes the longer of two values, and leaves other text alone', () => {
    expect(maskText(['abc', 'abcdef'])('abcdef abc ab')).toBe(`${masked} ${masked} ab`)
    expect(maskText([])('anything')).toBe('anything')
    expect(maskText([''])('anything')).toBe('anything')
  })

  it.each([1, 2, 3, 7, 1000])('finds values in output that comes %i characters at a time', (size) => {
    const text = `start p@ss/wörd +1 middle shor short p@ss ${encodeURIComponent('p@ss/wörd +1')} end p@ss`
    const stream = maskStream(secrets)
    let out = ''
    for (let at = 0; at < text.length; at += size) out += stream.write(text.slice(at, at + size))
    out += stream.end()
    expect(out).toBe(maskText(secrets)(text))
  })
})

it('C16 a run finds secrets over its own env, and what the system sets over both', () => {
  const { KEPT, ...rest } = runEnvironment({
    env: { A: 'env', B: 'env', C: 'env', KEPT: 'env' },
    orgSecrets: { A: 'org', C: 'org' },
    system: { C: 'system' },
  })
  expect([KEPT, rest]).toEqual(['env', { A: 'org', B: 'env', C: 'system' }])
})
