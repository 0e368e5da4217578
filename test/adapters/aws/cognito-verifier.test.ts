import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { cognitoVerifier } from '../../../shared/adapters/aws/cognito-verifier.ts'
import { authenticate } from '../../../shared/api/authenticate.ts'
import { memoryCatalog } from '../../snapshots/memory-ports.ts'

const userPoolId = 'eu-central-1_AbCdEfGhI'
const issuer = `https://cognito-idp.eu-central-1.amazonaws.com/${userPoolId}`
const clientId = 'our-client'
const pool = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })

const jwk = { ...pool.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' }
const keys = Buffer.from(JSON.stringify({ keys: [jwk] }))
const publicPem = pool.publicKey.export({ type: 'spki', format: 'pem' }) as string

const verify = cognitoVerifier({
  userPoolId,
  clientId,
  fetchKeys: async () => keys.buffer.slice(keys.byteOffset, keys.byteOffset + keys.byteLength) as ArrayBuffer,
})

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = () => Math.floor(Date.now() / 1000)
const claims = (change: object = {}) => ({
  sub: 'b0c1-ada',
  username: 'ada@example.org',
  iss: issuer,
  client_id: clientId,
  token_use: 'access',
  scope: 'openid',
  'cognito:groups': ['editor'],
  iat: now() - 10,
  exp: now() + 600,
  jti: 'x',
  ...change,
})

const rs256 = (text: string, key: KeyObject = pool.privateKey) =>
  createSign('RSA-SHA256').update(text).sign(key).toString('base64url')

const make = (change: object = {}, header: object = {}, sign: (text: string) => string = rs256) => {
  const text = `${base64({ alg: 'RS256', kid: 'key-1', typ: 'JWT', ...header })}.${base64(claims(change))}`
  return `${text}.${sign(text)}`
}

/** The same token with one character of its signature changed. */
const tampered = () => {
  const token = make()
  const at = token.length - 20
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

const withoutClaim = (name: string) => make({ [name]: undefined })
const hs256 = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest('base64url')

describe('the verifier of the user pool', () => {
  it('lets in who it should, by the groups', async () => {
    expect(await verify(make())).toEqual({ id: 'b0c1-ada', name: 'ada@example.org', groups: ['editor'] })
    expect((await verify(make({ 'cognito:groups': undefined })))?.groups).toEqual([])
    const catalog = memoryCatalog()
    for (const [groups, role] of [
      [['editor'], 'editor'],
      [['viewer', 'admin', 'others'], 'admin'],
      [['others'], 'viewer'],
      [undefined, 'viewer'],
    ] as const)
      expect(
        await authenticate(catalog, `Bearer ${make({ 'cognito:groups': groups })}`, { verifyJwt: verify }),
      ).toMatchObject({ id: 'b0c1-ada', role })
  })

  it.each([
    ['no algorithm', () => make({}, { alg: 'none' }, () => '')],
    ['no algorithm in capitals', () => make({}, { alg: 'None' }, () => '')],
    ['no algorithm but a signature', () => make({}, { alg: 'none' })],
    ['no signature', () => make({}, {}, () => '')],
    ['HMAC with the public key as its secret', () => make({}, { alg: 'HS256' }, hs256(publicPem))],
    ['HMAC with the modulus as its secret', () => make({}, { alg: 'HS256' }, hs256(String(jwk.n)))],
    ['HMAC under the name of RSA', () => make({}, {}, hs256(publicPem))],
    ['another algorithm than the key’s', () => make({}, { alg: 'RS512' })],
    ['PSS in place of PKCS', () => make({}, { alg: 'PS256' })],
    ['an elliptic curve', () => make({}, { alg: 'ES256' })],
    ['the key of a stranger', () => make({}, {}, (text) => rs256(text, stranger.privateKey))],
    [
      'a key of its own in the header',
      () => make({}, { jwk: stranger.publicKey.export({ format: 'jwk' }) }, (text) => rs256(text, stranger.privateKey)),
    ],
    [
      'the address of keys of its own',
      () => make({}, { jku: 'https://evil.example/keys.json' }, (text) => rs256(text, stranger.privateKey)),
    ],
    ['an unknown key id', () => make({}, { kid: 'key-2' })],
    ['a path as its key id', () => make({}, { kid: '../../../dev/null' }, hs256(''))],
    ['an SQL statement as its key id', () => make({}, { kid: "x' UNION SELECT 'a'; --" }, hs256('a'))],
    ['the name of a prototype as its key id', () => make({}, { kid: '__proto__' }, hs256('undefined'))],
    ['no key id', () => make({}, { kid: undefined })],
    ['a list of key ids', () => make({}, { kid: ['key-1'] })],
    ['one character changed', tampered],
    [
      'its claims changed',
      () => {
        const [header, , signature] = make().split('.')
        return `${header}.${base64(claims({ 'cognito:groups': ['admin'] }))}.${signature}`
      },
    ],
    ['another client', () => make({ client_id: 'another-client' })],
    ['the client as the audience alone', () => make({ client_id: undefined, aud: clientId })],
    ['no client', () => withoutClaim('client_id')],
    ['another issuer', () => make({ iss: 'https://evil.example' })],
    ['another pool', () => make({ iss: `${issuer}X` })],
    ['an issuer that only begins alike', () => make({ iss: `${issuer}.evil.example` })],
    ['no issuer', () => withoutClaim('iss')],
    ['the use of an id token', () => make({ token_use: 'id', aud: clientId })],
    ['the use of a refresh token', () => make({ token_use: 'refresh' })],
    ['no use', () => withoutClaim('token_use')],
    ['a time that is over', () => make({ exp: now() - 1 })],
    ['a time that is over by years', () => make({ exp: 1 })],
    ['no time', () => withoutClaim('exp')],
    ['a time that is text', () => make({ exp: String(now() + 600) })],
    ['a beginning to come', () => make({ nbf: now() + 600 })],
    ['more parts', () => `${make()}.x`],
    ['fewer parts', () => make().split('.').slice(0, 2).join('.')],
    ['empty parts', () => '..'],
    ['a header that is no JSON', () => `x${make()}`],
    [
      'claims that are a list',
      () => {
        const text = `${base64({ alg: 'RS256', kid: 'key-1' })}.${base64([])}`
        return `${text}.${rs256(text)}`
      },
    ],
  ])('keeps out a token with %s', async (_what, token) => {
    await expect(authenticate(memoryCatalog(), `Bearer ${token()}`, { verifyJwt: verify })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })

  it('does not take keys that cannot be fetched for a bad token', async () => {
    const { FetchError } = await import('aws-jwt-verify/error')
    const lost = cognitoVerifier({
      userPoolId,
      clientId,
      fetchKeys: async (uri) => Promise.reject(new FetchError(uri, 'nobody there')),
    })
    await expect(lost(make())).rejects.toMatchObject({ code: 'busy' })
  })

  it('knows no JWT where no pool is configured', async () => {
    await expect(authenticate(memoryCatalog(), `Bearer ${make()}`)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
