import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import type { Config } from '../../../shared/connectors/s3/config.ts'
import kind from '../../../shared/connectors/s3/kind.ts'
import { checkStatus } from '../../../shared/domain/check.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { moto } from '../../support/moto.ts'
import { type TestStore, testStore } from '../../support/s3-store.ts'

const egress = countingEgress()
const { signal } = new AbortController()
const configOf = (change: object): Config => kind.config.parse({ bucket: 'lab-data', ...change })
const open = (config: object, credential: object) =>
  kind.open({
    config: configOf(config),
    credential: new Secret(kind.credential.parse(credential)),
    egress,
    signal,
  })

/** A store that answers as it is told to. */
async function rogue(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('the external id of a role', () => {
  const role = 'arn:aws:iam::123456789012:role/headgate-reads'
  const pin = (config: object, before?: object) =>
    kind.pin!({ config: configOf(config), before: before && configOf(before), egress, signal })

  it('is made by the first save, stays, and cannot be chosen', async () => {
    const saved = await pin({ roleArn: role })
    expect(saved.externalId).toMatch(/^headgate-[0-9a-f]{32}$/)
    expect((await pin({ roleArn: role })).externalId).not.toBe(saved.externalId)
    expect(await pin({ ...saved, prefix: 'x/' }, saved)).toMatchObject({ externalId: saved.externalId, prefix: 'x/' })
    expect((await pin({ roleArn: role }, saved)).externalId).toBe(saved.externalId)
    await expect(pin({ roleArn: role, externalId: 'theirs' }, saved)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(pin({ roleArn: role, externalId: 'theirs' })).rejects.toMatchObject({ code: 'invalid-request' })
    expect((await pin({})).externalId).toBeUndefined()
  })

  it('is there before a role is assumed', async () => {
    const connection = await open({ roleArn: role }, {})
    await expect(connection.objects.describe('a')).rejects.toMatchObject({
      code: 'source-refused',
      hint: expect.stringContaining('Save the connector'),
    })
  })
})

describe('a store that does not behave', () => {
  const keys = { accessKeyId: 'id', secretAccessKey: 'a-secret-6f21' }
  const listing = (inner: string) =>
    `<?xml version="1.0"?><ListBucketResult><Name>lab-data</Name>${inner}</ListBucketResult>`
  const against = async (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
    open({ endpoint: await rogue(answer) }, keys)

  it('is told by a fault, and what it says is in none', async () => {
    const answers: readonly [(response: ServerResponse) => void, string][] = [
      [(response) => response.writeHead(200).end('no xml at all'), 'source-failed'],
      [(response) => response.writeHead(200).end('<a>'.repeat(100_000)), 'source-failed'],
      [(response) => response.writeHead(301, { location: 'http://169.254.169.254/' }).end(), 'source-refused'],
      [(response) => response.writeHead(500).end('<Error><Code>a-secret-6f21</Code></Error>'), 'source-failed'],
      [
        (response) => response.writeHead(403).end('<Error><Code>Odd</Code><Message>a-secret-6f21</Message></Error>'),
        'source-refused',
      ],
      [(response) => response.destroy(), 'source-(failed|unreachable)'],
      [(response) => response.writeHead(200, { 'content-length': '1000' }).end('<'), 'source-(failed|unreachable)'],
    ]
    for (const [answer, code] of answers) {
      const connection = await against((_, response) => answer(response))
      const fault = await connection.objects.list({ prefix: '', limit: 10 }).then(
        () => ({ code: 'none' }),
        (error: unknown) => error as Error & { code: string },
      )
      expect([answer.toString(), fault.code]).toEqual([answer.toString(), expect.stringMatching(code)])
      expect(String((fault as Error).cause) + String(fault)).not.toContain(keys.secretAccessKey)
    }
  })

  it('cannot end a file early', async () => {
    const connection = await against((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('x'.repeat(500))
      setTimeout(() => response.destroy(), 50)
    })
    const read = async () => {
      for await (const _ of await connection.objects.read('file'));
    }
    await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(/^source-/) })
  })

  it('may have keys that XML cannot hold, and answers of any order', async () => {
    const connection = await against((_, response) =>
      response.end(
        listing(
          '<EncodingType>url</EncodingType><Contents><Key>a%0A+b%2B</Key><Size>1</Size></Contents>' +
            '<CommonPrefixes><Prefix>Z%2F</Prefix></CommonPrefixes><Contents><Key>dir%2F</Key><Size>0</Size></Contents>',
        ),
      ),
    )
    const { items } = await connection.objects.list({ prefix: '', delimiter: '/', limit: 10 })
    expect(items.map(({ key, name, isFolder }) => [key, name, isFolder])).toEqual([
      ['Z/', 'Z', true],
      ['a\n b+', 'a\n b+', false],
      ['dir/', 'dir', true],
    ])
  })

  it('is asked for no key that a URL would change', async () => {
    const connection = await against((_, response) => response.end())
    for (const key of ['a/../b', './a', '..', 'x'.repeat(1025)])
      await expect(connection.objects.describe(key), key).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe.skipIf(moto.missing)(`a bucket in moto${moto.missing ? ` (skipped: ${moto.missing})` : ''}`, async () => {
  if (moto.missing) return
  const files: Record<string, string> = {
    'folder1/myfile.txt': 'one',
    'folder2/subfolder/myfile2.txt': 'two',
    'folder2extra.txt': 'sibling',
    'top.txt': 'top',
    'odd/ü ☃ +%2F&?#.txt': 'odd',
    'empty-folder/': '',
  }
  for (let i = 0; i < 1100; i++) files[`many/${String(i).padStart(4, '0')}.txt`] = `${i}`
  const store: TestStore = await testStore(files)
  const config = { endpoint: store.endpoint }

  it('E12 E15 lists more than a thousand keys, folder by folder or below a prefix', async () => {
    const { objects } = await open(config, store.keys)
    const all: string[] = []
    let after: string | null = null
    do {
      const page = await objects.list({
        prefix: 'many/',
        delimiter: '/',
        limit: 1000,
        ...(after !== null && { after }),
      })
      all.push(...page.items.map(({ name }) => name))
      after = page.next
    } while (after !== null)
    expect(all).toHaveLength(1100)
    expect(new Set(all).size).toBe(1100)
  })

  it('E14 gives the folders of the example', async () => {
    const { objects } = await open(config, store.keys)
    const folders = async (prefix: string) =>
      (await objects.list({ prefix, delimiter: '/', limit: 1000 })).items
        .filter(({ isFolder }) => isFolder)
        .map(({ key }) => key)
    expect(await folders('')).toEqual(['empty-folder/', 'folder1/', 'folder2/', 'many/', 'odd/'])
    expect(await folders('folder2/')).toEqual(['folder2/subfolder/'])
  })

  it('E13 tells a file, a folder and what is missing apart', async () => {
    const { objects } = await open(config, store.keys)
    expect(await objects.describe('folder1/myfile.txt')).toMatchObject({ isFolder: false, size: 3, name: 'myfile.txt' })
    expect(await objects.describe('folder2')).toMatchObject({ key: 'folder2/', isFolder: true })
    expect(await objects.describe('empty-folder')).toMatchObject({ isFolder: true })
    await expect(objects.describe('folder')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('E16 reads odd keys, below the prefix of the connector too', async () => {
    const { objects } = await open({ ...config, prefix: 'odd/' }, store.keys)
    const { items } = await objects.list({ prefix: '', limit: 10 })
    expect(items.map(({ key }) => key)).toEqual(['ü ☃ +%2F&?#.txt'])
    expect(Buffer.concat(await Array.fromAsync(await objects.read(items[0]!.key))).toString()).toBe('odd')
    expect((await objects.describe(items[0]!.key)).etag).toBe(items[0]!.etag)
  })

  it('is told apart from another version of a file', async () => {
    const { objects } = await open(config, store.keys)
    await expect(objects.read('top.txt', undefined, { etag: '"another"' })).rejects.toMatchObject({
      code: 'source-changed',
    })
  })

  it('E18 signs a link that needs nothing else and expires', async () => {
    const { objects } = await open(config, store.keys)
    const { url, expires } = await objects.link!('top.txt', 60)
    expect(await (await fetch(url)).text()).toBe('top')
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('60')
    expect(Math.abs(Date.parse(expires) - Date.now() - 60_000)).toBeLessThan(5_000)
    expect(new URL(url).searchParams.get('response-content-disposition')).toBe('attachment')
  })

  it('is read by a role that asks for the external id', async () => {
    const pinned = await kind.pin!({
      config: configOf({
        ...config,
        stsEndpoint: store.endpoint,
        roleArn: 'arn:aws:iam::123456789012:role/headgate-reads',
      }),
      before: undefined,
      egress,
      signal,
    })
    const connection = await open(pinned, store.keys)
    expect(checkStatus(await connection.check())).toBe('VALID_CONNECTION')
    expect((await connection.objects.describe('top.txt')).size).toBe(3)
    expect(store.assumed.map((form) => form.get('ExternalId'))).toEqual([pinned.externalId, pinned.externalId])
  })

  it('is never read with the keys of the deployment', async () => {
    process.env.AWS_ACCESS_KEY_ID = store.keys.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = store.keys.secretAccessKey
    try {
      const connection = await open(config, {})
      await expect(connection.objects.describe('top.txt')).rejects.toMatchObject({ code: 'source-refused' })
      await expect(connection.objects.link!('top.txt', 60)).rejects.toMatchObject({ code: 'not-offered' })
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID
      delete process.env.AWS_SECRET_ACCESS_KEY
    }
  })

  it('is told where there is none', async () => {
    const check = await (await open({ ...config, bucket: 'no-such-bucket' }, store.keys)).check()
    expect(checkStatus(check)).toBe('BAD_CREDENTIALS')
    expect(check.stages.at(-1)!.hint).toContain('bucket')
  })
})
