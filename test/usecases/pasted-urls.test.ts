import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { kinds } from '../../shared/connectors/index.ts'
import { credentialId } from '../../shared/ports/secrets.ts'
import { testPlatform } from '../support/platform.ts'

let platform: Awaited<ReturnType<typeof testPlatform>>
beforeAll(async () => {
  // Nothing may be dialled: whatever is, fails the test that asked for it by its warnings and stages.
  platform = await testPlatform({ kinds })
})
afterAll(() => platform.dispose())

const secret = 'p@ss/w?rd#5 %'
const written = encodeURIComponent(secret)
const apart = (url: string, kind?: string) =>
  platform.call('POST', '/v1/urls', { body: { url, ...(kind !== undefined && { kind }) } })

const understood: readonly (readonly [url: string, kind: string, config: object, credential: readonly string[]])[] = [
  [
    `postgresql://ada:${written}@db.example.org:5433/warehouse?sslmode=require&application_name=x`,
    'postgres',
    { host: 'db.example.org', port: 5433, database: 'warehouse', user: 'ada', tls: 'require' },
    ['password'],
  ],
  ['postgres://db.example.org/w', 'postgres', { host: 'db.example.org', database: 'w' }, []],
  [
    `jdbc:postgresql://db.example.org:5432/w?user=ada&password=${written}&ssl=true`,
    'postgres',
    { host: 'db.example.org', port: 5432, database: 'w', user: 'ada', tls: 'verify-full' },
    ['password'],
  ],
  [
    `"postgresql+psycopg2://ada:${written}@[2001:db8::7]/w"`,
    'postgres',
    { host: '2001:db8::7', database: 'w', user: 'ada' },
    ['password'],
  ],
  [
    `mysql+pymysql://ada:${written}@db.example.org/w?charset=utf8mb4&ssl-mode=VERIFY_IDENTITY`,
    'mysql',
    { host: 'db.example.org', database: 'w', user: 'ada', tls: 'verify-full' },
    ['password'],
  ],
  [
    'jdbc:mariadb://db.example.org:3307/?useSSL=false',
    'mysql',
    { host: 'db.example.org', port: 3307, tls: 'disable' },
    [],
  ],
  [
    `sftp://ada:${written}@files.example.org:2222/exports/daily/`,
    'sftp',
    { host: 'files.example.org', port: 2222, user: 'ada', root: '/exports/daily' },
    ['password'],
  ],
  ['ftp://files.example.org/pub', 'ftp', { host: 'files.example.org', root: '/pub' }, []],
  [
    `ftps://ada:${written}@files.example.org`,
    'ftp',
    { host: 'files.example.org', user: 'ada', tls: 'implicit' },
    ['password'],
  ],
  ['s3://lab-data/exports/2026/', 's3', { bucket: 'lab-data', prefix: 'exports/2026/' }, []],
  [
    `s3://AKIA123:${written}@lab-data?region=eu-central-1`,
    's3',
    { bucket: 'lab-data', region: 'eu-central-1' },
    ['accessKeyId', 'secretAccessKey'],
  ],
  [
    'https://lab-data.s3.eu-central-1.amazonaws.com/exports/',
    's3',
    { bucket: 'lab-data', region: 'eu-central-1', prefix: 'exports/' },
    [],
  ],
  ['https://s3.us-west-2.amazonaws.com/lab-data/x', 's3', { bucket: 'lab-data', region: 'us-west-2', prefix: 'x' }, []],
  [
    `https://ada:${written}@api.example.org/v1/openapi.json`,
    'openapi',
    { specUrl: 'https://api.example.org/v1/openapi.json', auth: { type: 'basic' } },
    ['username', 'password'],
  ],
  ['https://example.org/data/weather.csv', 'http', { url: 'https://example.org/data/weather.csv' }, []],
]

describe('a pasted URL', () => {
  it.each(understood)('%s is taken apart, and no reply holds its password', async (url, kind, config, credential) => {
    const { status, json, text } = await apart(url)
    expect([status, json.kind, json.config, json.credential]).toEqual([200, kind, config, credential])
    expect(text).not.toContain(secret)
    expect(text).not.toContain(written)
  })

  it('is one of the kind that is named, or refused', async () => {
    expect((await apart('https://example.org/spec', 'openapi')).json.config).toEqual({
      specUrl: 'https://example.org/spec',
    })
    expect((await apart('https://example.org/spec', 'postgres')).json).toMatchObject({
      code: 'invalid-request',
      errors: [{ pointer: '/body/url' }],
    })
    expect((await apart('gopher://example.org')).status).toBe(400)
  })

  it('says what was left out, and how TLS is then', async () => {
    const { notes } = (await apart('postgresql://db.example.org/w?application_name=x&frobnicate=1')).json
    expect(notes).toEqual([
      'The parameter application_name was left out.',
      '1 parameter that is not known here left out.',
      expect.stringContaining('verify-full'),
    ])
    expect((await apart('ftp://files.example.org')).json.notes.join()).toContain('explicit')
  })

  const hostile = [
    'postgresql://u:pw-7f3a@h/db?sslrootcert=/etc/passwd',
    'postgresql://u:pw-7f3a@h/db?sslkey=/etc/passwd',
    'postgresql://u:pw-7f3a@h/db?SSLCERT=/etc/passwd',
    'postgresql://u:pw-7f3a@h/db?sslcrl=/etc/passwd',
    'postgresql://u:pw-7f3a@h/db?sslcrldir=/etc',
    'postgresql://u:pw-7f3a@h/db?passfile=/etc/passwd',
    'postgresql://u:pw-7f3a@h/db?service=x',
    'postgresql://u:pw-7f3a@h/db?host=169.254.169.254',
    'postgresql://u:pw-7f3a@h/db?hostaddr=169.254.169.254',
    'postgresql://u:pw-7f3a@h/db?port=1',
    'postgresql://u:pw-7f3a@h/db?dbname=other',
    'postgresql://u:pw-7f3a@h/db?sslmode=pw-7f3a',
    'postgresql://u:pw-7f3a@h/db?socketFactory=org.evil.Factory&socketFactoryArg=x',
    'postgresql://u:pw-7f3a@h/db?sslfactory=org.evil.Factory',
    'postgresql://u:pw-7f3a@a,b/db',
    'postgresql://u:pw-7f3a@%2Fvar%2Frun/db',
    'postgresql:///db?host=/var/run',
    'postgresql://u:pw-7f3a@/db',
    'postgresql://u:pw-7f3a@h:0/db',
    'postgresql://u:pw-7f3a@h:99999/db',
    'postgresql://u:pw#7f3a@h/db',
    'postgresql://u:pw/7f3a@h/db',
    'postgresql://u:12?7f3a@h/db',
    'postgresql://u:12/7f3a@h/db',
    'postgresql://u:pw%ZZ7f3a@h/db',
    'postgresql://u:pw 7f3a@h/db',
    'postgresql://u:pw-7f3a@h/db\u0000',
    'mysql://u:pw-7f3a@h/db?allowLoadLocalInfile=true',
    'mysql://u:pw-7f3a@h/db?allowUrlInLocalInfile=true',
    'mysql://u:pw-7f3a@h/db?autoDeserialize=true',
    'mysql://u:pw-7f3a@h/db?queryInterceptors=org.evil.X',
    'mysql://u:pw-7f3a@h/db?statementInterceptors=org.evil.X',
    'mysql://u:pw-7f3a@h/db?trustCertificateKeyStoreUrl=file:///x',
    'mysql://u:pw-7f3a@h/db?unix_socket=/run/x',
    'mysql://u:pw-7f3a@h/db?ssl-ca=/etc/passwd',
    'mysql://u:pw-7f3a@h/db?ssl_key=/etc/passwd',
    'mysql://u:pw-7f3a@h/db?read_default_file=/etc/passwd',
    'mysql://u:pw-7f3a@h/db?local_infile=1',
    'mysql://u:pw-7f3a@h/db?authenticationPlugins=org.evil.X',
    's3://AKIA@bucket',
    's3://',
    'sftp:///etc/passwd',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//u:pw-7f3a@h',
    'u:pw-7f3a@h',
    `postgresql://u:${'pw-7f3a'.repeat(2000)}@h/db`,
  ]
  it.each(hostile)('%s is refused, and not quoted', async (url) => {
    const { status, json, text } = await apart(url)
    expect([status, json.code]).toEqual([400, 'invalid-request'])
    expect(text).not.toMatch(/7f3a|passwd|org\.evil/)
  })
})

describe('pasted values of a connector', () => {
  const create = (body: object) => platform.call('POST', '/v1/connectors', { body })
  const kept = async (uid: string) => JSON.parse((await platform.world.secrets.get(credentialId(uid)))!.reveal())

  it('may be a URL and a name: its password becomes the credential', async () => {
    const url = `postgresql://ada:${written}@db.example.org:5433/warehouse?sslmode=require`
    const made = await create({ name: 'by-url', url })
    expect(made.json).toMatchObject({
      kind: 'postgres',
      config: { host: 'db.example.org', port: 5433, database: 'warehouse', user: 'ada', tls: 'require' },
      hasCredential: true,
    })
    expect(await kept(made.json.uid)).toEqual({ password: secret })
    const records = await platform.world.catalog.list({ path: 'connectors', schema: z.unknown() }, { limit: 10 })
    expect(
      [made.text, JSON.stringify(records)].filter((text) => text.includes(secret) || text.includes(written)),
    ).toEqual([])
  })

  it('given by name win over what the URL says', async () => {
    const url = `mysql://ada:${written}@db.example.org/w`
    const made = await create({
      name: 'named-wins',
      url,
      config: { user: 'eve', port: 3308 },
      credential: { password: 'other' },
    })
    expect(made.json.config).toMatchObject({ host: 'db.example.org', user: 'eve', port: 3308, database: 'w' })
    expect(await kept(made.json.uid)).toEqual({ password: 'other' })
  })

  it('may be a whole URL in the field of the host, of the bucket, of the address', async () => {
    const sql = await create({
      name: 'in-host',
      kind: 'postgres',
      config: { host: `postgres://ada:${written}@h.example.org/w` },
    })
    expect(sql.json).toMatchObject({
      config: { host: 'h.example.org', database: 'w', user: 'ada' },
      hasCredential: true,
    })
    expect(sql.json.notes[0]).toContain('field host')
    const s3 = await create({
      name: 'in-bucket',
      kind: 's3',
      config: { bucket: 's3://lab-data/x/', region: 'eu-west-1' },
    })
    expect(s3.json.config).toMatchObject({ bucket: 'lab-data', prefix: 'x/', region: 'eu-west-1' })
    const http = await create({
      name: 'in-url',
      kind: 'http',
      config: { url: `https://ada:${written}@example.org/a.csv` },
    })
    expect(http.json.config).toEqual({ url: 'https://example.org/a.csv', auth: { type: 'basic' } })
    expect(await kept(http.json.uid)).toEqual({ username: 'ada', password: secret })
    expect(sql.text + http.text).not.toContain(written)
  })

  it('P01 have the scheme of a host stripped, and noted', async () => {
    const made = await create({
      name: 'stripped',
      kind: 'postgres',
      config: { host: 'https://db.example.org/', database: 'w', user: 'ada' },
    })
    expect(made.json).toMatchObject({ config: { host: 'db.example.org', port: 5432 } })
    expect(made.json.notes).toEqual(['https:// before the host was left out.'])
    const got = await platform.call('GET', '/v1/connectors/stripped')
    expect(got.json.notes).toBeUndefined()
    const port = await create({
      name: 'with-port',
      kind: 'mysql',
      config: { host: 'db.example.org:3307', user: 'ada' },
    })
    expect(port.json).toMatchObject({ config: { host: 'db.example.org', port: 3307 }, notes: [expect.any(String)] })
  })

  it('change a connector of the same kind, and no other', async () => {
    const change = (url: string) =>
      platform.call('PUT', '/v1/connectors/by-url', { headers: { 'if-match': '*' }, body: { url } })
    const changed = await change('postgresql://bob:fresh-9@db2.example.org/w2')
    expect(changed.json.config).toMatchObject({ host: 'db2.example.org', user: 'bob', database: 'w2' })
    expect(await kept(changed.json.uid)).toEqual({ password: 'fresh-9' })
    expect((await change('mysql://bob@db2.example.org/w2')).json.code).toBe('invalid-request')
  })

  it('are noted in a check of values, which takes a URL too', async () => {
    const url = `postgresql://ada:${written}@127.0.0.1:1/w`
    const { json, text } = await platform.call('POST', '/v1/checks', { body: { url } })
    expect(json.status).toBe('NO_CONNECTION')
    expect(text).not.toContain(written)
    const host = { kind: 'mysql', config: { host: 'tcp://127.0.0.1', user: 'ada' }, credential: { password: 'x' } }
    const stripped = await platform.call('POST', '/v1/checks', { body: host })
    expect(stripped.json.warnings).toEqual(['tcp:// before the host was left out.'])
  })

  it('want a kind or a URL', async () => {
    expect((await create({ name: 'nothing', config: {} })).json).toMatchObject({
      code: 'invalid-request',
      errors: [{ pointer: '/body/kind' }],
    })
  })
})
