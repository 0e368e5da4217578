import { expect, it } from 'vitest'
import { hashToken, isToken, makeToken } from '../../shared/domain/token.ts'

it('makes tokens that differ, have their checksum, and fail with any character changed', () => {
  const token = makeToken()
  expect(token).toMatch(/^hg_pat_[0-9A-Za-z]{36}$/)
  expect(makeToken()).not.toBe(token)
  expect(isToken(token)).toBe(true)
  for (let i = 7; i < token.length; i++) {
    const changed = token.slice(0, i) + (token[i] === 'x' ? 'y' : 'x') + token.slice(i + 1)
    expect(isToken(changed)).toBe(false)
  }
  expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/)
})
