import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { FetchError } from 'aws-jwt-verify/error'
import { describe, expect, it } from 'vitest'
import { oidcVerifier } from '../../../shared/adapters/aws/oidc-verifier.ts'

const issuer = 'https://id.example.org/realms/lab'
const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' }
const asked: string[] = []

const verifier = (fetchKeys: (uri: string) => Promise<ArrayBuffer>) =>
  oidcVerifier({ issuer, audience: 'headgate', jwksUri: `${issuer}/keys`, groupsClaim: 'roles', fetchKeys })
const verify = verifier(async (uri) => {
  asked.push(uri)
  return new TextEncoder().encode(JSON.stringify({ keys: [jwk] })).buffer
})

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = () => Math.floor(Date.now() / 1000)
const rs256 = (text: string, key: KeyObject = own.privateKey) =>
  createSign('RSA-SHA256').update(text).sign(key).toString('base64url')

function make(change: object = {}, header: object = {}, sign: (text: string) => string = rs256): string {
  const claims = {
    iss: issuer,
    sub: 'f81d-ada',
    aud: ['account', 'headgate'],
    email: 'ada@example.org',
    roles: ['editor', 'others'],
    iat: now() - 10,
    exp: now() + 600,
    ...change,
  }
  const text = `${base64({ alg: 'RS256', kid: 'key-1', typ: 'at+jwt', ...header })}.${base64(claims)}`
  return `${text}.${sign(text)}`
}

describe('the verifier of another identity provider', () => {
  it('lets in who it should, by the claim that lists groups', async () => {
    expect(await verify(make())).toEqual({ id: 'f81d-ada', name: 'ada@example.org', groups: ['editor', 'others'] })
    expect((await verify(make({ roles: 'admin' })))?.groups).toEqual(['admin'])
    expect((await verify(make({ roles: undefined })))?.groups).toEqual([])
    expect((await verify(make({ roles: [{ name: 'admin' }, 7] })))?.groups).toEqual([])
    expect(asked).toEqual([`${issuer}/keys`])
  })

  it.each([
    ['no algorithm', () => make({}, { alg: 'none' }, () => '')],
    [
      'HMAC with the modulus as its secret',
      () => make({}, { alg: 'HS256' }, (text) => createHmac('sha256', String(jwk.n)).update(text).digest('base64url')),
    ],
    ['the key of a stranger', () => make({}, {}, (text) => rs256(text, stranger.privateKey))],
    [
      'a key of the token’s own',
      () => make({}, { jku: 'https://evil.example.org', kid: 'key-1' }, (text) => rs256(text, stranger.privateKey)),
    ],
    ['another issuer', () => make({ iss: 'https://id.example.org/realms/other' })],
    ['no issuer', () => make({ iss: undefined })],
    ['another audience', () => make({ aud: 'billing' })],
    ['no audience', () => make({ aud: undefined })],
    ['a time that is over', () => make({ exp: now() - 60 })],
    ['no end', () => make({ exp: undefined })],
    ['a time that has not come', () => make({ nbf: now() + 600 })],
    ['nobody', () => make({ sub: undefined })],
    ['an ID token', () => make({ nonce: 'x' })],
    ['no token', () => 'a.b.c'],
  ])('lets nobody in by %s', async (_name, token) => {
    expect(await verify(token())).toBeUndefined()
  })

  it('is busy where the keys cannot be fetched, and does not take that for a bad token', async () => {
    const failing = verifier(async (uri) => Promise.reject(new FetchError(uri, 'unreachable')))
    await expect(failing(make())).rejects.toMatchObject({ code: 'busy' })
  })
})
