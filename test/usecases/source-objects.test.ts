import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import sftp from '../../shared/connectors/sftp/kind.ts'
import { fileTree, treeFiles } from '../support/file-tree.ts'
import { testPlatform } from '../support/platform.ts'
import { sftpLogin, testSftp } from '../support/sftp-server.ts'
import shelf from '../support/shelf-kind.ts'

const server = await testSftp(await fileTree(tmpdir()))
let platform: Awaited<ReturnType<typeof testPlatform>>
beforeAll(async () => {
  platform = await testPlatform({ kinds: [sftp, shelf], allow: `127.0.0.1:${server.port}` })
  await platform.call('POST', '/v1/connectors', {
    body: {
      name: 'files',
      kind: 'sftp',
      config: { host: '127.0.0.1', port: server.port, user: sftpLogin.user },
      credential: { password: sftpLogin.password },
    },
  })
  await platform.call('POST', '/v1/connectors', {
    body: { name: 'shelf', kind: 'shelf', config: {}, credential: { password: 'open sesame' } },
  })
})
afterAll(() => platform.dispose())

const objects = '/v1/sources/files/objects'
const get = (key: string, headers: Record<string, string> = {}) =>
  platform.call('GET', `/v1/sources/files/objects/${key}`, { role: 'viewer', headers })
const list = async (query: string) => (await platform.call('GET', `${objects}?${query}`, { role: 'viewer' })).json

describe('the files of a source', () => {
  it('E12 are listed one level deep, folders first by their bytes, names without a slash', async () => {
    const { items, next } = await list('delimiter=/')
    expect(next).toBeNull()
    expect(items.map(({ name }: { name: string }) => name)).toEqual([
      'a b.txt',
      'empty.bin',
      'foo',
      'foobar.txt',
      'large.bin',
      'star*.txt',
      'ünïcode-😀.txt',
    ])
    expect(items[2]).toEqual({ name: 'foo', key: 'foo/', isFolder: true, size: null, modified: null, etag: null })
    expect(items[0]).toMatchObject({ key: 'a b.txt', isFolder: false, size: 12, etag: expect.stringMatching(/^W\/"/) })
    expect(Date.parse(items[0].modified)).toBeGreaterThan(0)
  })

  it('E15 are listed in full below a prefix, page by page, and a sibling prefix is apart', async () => {
    const keys: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page = await list(`prefix=foo/&limit=1${next && `&cursor=${next}`}`)
      keys.push(...page.items.map(({ key }: { key: string }) => key))
      next = page.next
    }
    expect(keys).toEqual(['foo/1.csv', 'foo/2.csv', 'foo/bar/deep.txt'])
    expect((await list('prefix=foo')).items.map(({ key }: { key: string }) => key)).toContain('foobar.txt')
    expect((await list('prefix=none/')).items).toEqual([])
  })

  it('E16 are read as they are, as an attachment that nobody sniffs', async () => {
    const reply = await platform.send('GET', `${objects}/large.bin`)
    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-length': String(treeFiles['large.bin']!.length),
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="large.bin"',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
    })
    const bytes = Buffer.concat(await Array.fromAsync(reply.body as AsyncIterable<Uint8Array>))
    expect(bytes.equals(treeFiles['large.bin']!)).toBe(true)
    expect((await get('empty.bin')).text).toBe('')
  })

  it('E16 are read from a place: ranges, suffixes, and past the end', async () => {
    const file = 'a%20b.txt'
    const ranges: readonly [string, number, string, string?][] = [
      ['bytes=0-3', 206, 'with', 'bytes 0-3/12'],
      ['bytes=5-', 206, 'a space', 'bytes 5-11/12'],
      ['bytes=-5', 206, 'space', 'bytes 7-11/12'],
      ['bytes=-500', 206, 'with a space', 'bytes 0-11/12'],
      ['bytes=11-900', 206, 'e', 'bytes 11-11/12'],
      ['bytes=3-1', 200, 'with a space'],
      ['bytes=0-0,2-3', 200, 'with a space'],
      ['lines=1-2', 200, 'with a space'],
    ]
    for (const [range, status, text, told] of ranges) {
      const reply = await get(file, { range })
      expect([range, reply.status, reply.text]).toEqual([range, status, text])
      expect(reply.headers['content-range']).toBe(told)
    }
    for (const range of ['bytes=12-', 'bytes=900-1000', 'bytes=-0']) {
      const reply = await get(file, { range })
      expect([reply.status, reply.headers['content-range'], reply.json.code]).toEqual([
        416,
        'bytes */12',
        'range-not-satisfiable',
      ])
    }
    expect((await get('empty.bin', { range: 'bytes=0-' })).status).toBe(416)
  })

  it('are not sent again to who has them, and not from the middle of another version', async () => {
    const { headers } = await get('foo/1.csv')
    const again = await get('foo/1.csv', { 'if-none-match': `"x", ${headers.etag}` })
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag])
    expect((await get('foo/1.csv', { 'if-none-match': '"x"' })).status).toBe(200)
    const other = await get('foo/1.csv', { range: 'bytes=0-1', 'if-range': '"x"' })
    expect(other.status).toBe(200)
  })

  it('E13 are walked to by their path; a folder is told apart, and what is missing is missing', async () => {
    expect((await get('foo%2Fbar/deep.txt')).text).toBe('deep')
    expect((await get('foo')).json).toMatchObject({ status: 400, hint: expect.stringContaining('prefix=foo%2F') })
    expect((await get('foo/none.csv')).json).toMatchObject({ status: 404, code: 'not-found' })
    expect((await get('a%20b.txt/')).status).toBe(404)
  })

  it('tell what they are without their bytes', async () => {
    const head = await platform.call('HEAD', `${objects}/foo/1.csv`, { role: 'viewer' })
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '20'])
    expect(head.headers.etag).toBe((await get('foo/1.csv')).headers.etag)
    expect((await platform.call('HEAD', `${objects}/none`)).status).toBe(404)
    expect((await platform.call('HEAD', `${objects}/foo`)).status).toBe(400)
  })

  it('have names that nothing takes for something else', async () => {
    const name = 'ünïcode-😀.txt'
    const { text, headers } = await get(encodeURIComponent(name))
    expect(text).toBe('not ASCII')
    expect(headers['content-disposition']).toBe(
      `attachment; filename="_n_code-__.txt"; filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    expect((await get('star*.txt')).text).toBe('a star')
    for (const hostile of ['..%2F..%2Fetc%2Fpasswd', 'foo%2F..%2F..%2Fx', '%00', 'foo%2F%2F1.csv', '.%2Ffoo'])
      expect([hostile, (await get(hostile)).status]).toEqual([hostile, 400])
  })

  it('E19 give the rows in them: chosen columns, filtered, page by page, in any format', async () => {
    const first = (await get('foo/1.csv?format=json&limit=1')).json
    expect(first).toMatchObject({
      columns: [
        { name: 'id', type: 'int64', nativeType: 'text', nullable: true },
        { name: 'name', type: 'utf8' },
      ],
      rows: [['1', 'one']],
      next: expect.any(String),
    })
    const second = (await get(`foo/1.csv?format=json&limit=1&cursor=${first.next}`)).json
    expect(second).toMatchObject({ rows: [['2', 'two']], next: null })
    const where = encodeURIComponent('["id","gt",1]')
    expect((await get(`foo/1.csv?format=json&select=name&where=${where}`)).json).toMatchObject({
      rows: [['two']],
      next: null,
    })
    expect((await get('foo/1.csv?format=ndjson')).text).toBe('{"id":"1","name":"one"}\n{"id":"2","name":"two"}\n')
    expect((await get('a%20b.txt?format=json')).json.code).toBe('not-offered')
    expect((await get('a%20b.txt?format=csv&parse=csv')).text).toBe('with a space\r\n')
    expect((await get('foo/1.csv?format=json&select=none')).json.code).toBe('invalid-request')
    const of = encodeURIComponent(first.next)
    expect((await get(`foo/2.csv?format=json&limit=1&cursor=${of}`)).json.code).toBe('invalid-request')
  })

  it('are not offered by a source that has none, nor links by one that signs none', async () => {
    expect((await platform.call('GET', '/v1/sources/shelf/objects')).json.code).toBe('not-offered')
    expect((await get('foo/1.csv?link=true')).json.code).toBe('not-offered')
  })
})
