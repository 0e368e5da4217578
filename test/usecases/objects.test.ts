import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweepPipelines } from '../../shared/usecases/sweep-pipelines.ts'
import { hostileKeys } from '../contract/objects.ts'
import { type CallOptions, testPlatform } from '../support/platform.ts'

let platform: Awaited<ReturnType<typeof testPlatform>>
beforeAll(async () => {
  platform = await testPlatform({ kinds: [] })
})
afterAll(() => platform.dispose())

const text = (value: string) => new TextEncoder().encode(value)
const at = (name: string) => `/v1/objects/user/${name.split('/').map(encodeURIComponent).join('/')}`

/** One user's calls. */
const as = (caller: string, pipeline?: string) => {
  const call = (method: string, target: string, options: CallOptions = {}) =>
    platform.call(method, target, {
      role: 'editor',
      caller,
      ...options,
      headers: { ...(pipeline !== undefined && { 'headgate-pipeline': pipeline }), ...options.headers },
    })
  return {
    call,
    put: (name: string, value: string, headers: Record<string, string> = {}, query = '') =>
      call('PUT', at(name) + query, { bytes: text(value), headers }),
    get: (name: string, query = '', headers: Record<string, string> = {}) => call('GET', at(name) + query, { headers }),
    async names(query = '', scope = 'user') {
      const names: string[] = []
      for (let cursor = ''; ; ) {
        const { json } = await call('GET', `/v1/objects/${scope}?${query}${cursor}`)
        names.push(...json.items.map(({ name }: { name: string }) => name))
        if (json.next === null) return names
        cursor = `&cursor=${json.next}`
      }
    },
  }
}

async function* cutShort(): AsyncGenerator<Uint8Array> {
  yield text('half')
  throw new Error('the connection broke')
}

describe('objects', () => {
  it('C01 come back byte for byte, and a missing one is an error', async () => {
    const ada = as('c01')
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256)
    const put = await ada.call('PUT', '/v1/objects/user/a/b.bin', { bytes })
    expect(put.json).toMatchObject({ path: 'user/a/b.bin', name: 'a/b.bin', size: 70_000 })
    expect(put.headers.etag).toBe(`"${put.json.etag}"`)
    const { body } = await platform.send('GET', '/v1/objects/user/a/b.bin', { role: 'editor', caller: 'c01' })
    const chunks = await Array.fromAsync(body as AsyncIterable<Uint8Array>)
    expect(Buffer.concat(chunks).equals(Buffer.from(bytes))).toBe(true)
    expect((await ada.get('a/b')).json).toMatchObject({ status: 404, code: 'not-found' })
  })

  it('come as attachments that no browser takes for a page', async () => {
    const ada = as('attach')
    await ada.put('x/page.html', '<script>alert(1)</script>', { 'content-type': 'text/html' })
    expect((await ada.get('x/page.html')).headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringContaining('attachment; filename="page.html"'),
      'x-content-type-options': 'nosniff',
    })
  })

  it.each([
    ['?begin=0&end=3', 200, 'abc'],
    ['?begin=2', 200, 'cdef'],
    ['?end=2', 200, 'ab'],
    ['?begin=4&end=99', 200, 'ef'],
    ['?begin=3&end=3', 200, ''],
    ['?begin=6&end=6', 200, ''],
    ['?begin=7&end=8', 416, undefined],
    ['?begin=7', 416, undefined],
    ['?begin=-1&end=2', 416, undefined],
    ['?begin=3&end=2', 416, undefined],
  ])('C02 give the half-open range %s', async (query, status, wanted) => {
    const ada = as('c02')
    await ada.put('r', 'abcdef')
    const reply = await ada.get('r', query)
    expect(reply.status).toBe(status)
    if (wanted !== undefined) expect(reply.text).toBe(wanted)
  })

  it('C02 heed the headers of HTTP: Range, If-None-Match, If-Match', async () => {
    const ada = as('http')
    const etag = (await ada.put('h', 'abcdef')).headers.etag!
    const part = await ada.get('h', '', { range: 'bytes=1-2' })
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'bc', 'bytes 1-2/6'])
    expect((await ada.get('h', '', { range: 'bytes=6-' })).status).toBe(416)
    expect((await ada.get('h', '', { 'if-none-match': etag })).status).toBe(304)
    expect((await ada.get('h', '', { 'if-match': '"other"' })).status).toBe(412)
    expect((await ada.get('h', '', { 'if-match': etag })).text).toBe('abcdef')
  })

  it('give the rows of a file, page by page, filtered, and of the same version alone', async () => {
    const ada = as('ada')
    await ada.put('readings.csv', 'n,place\n1,here\n2,there\n3,\n')
    const first = (await ada.get('readings.csv', '?format=json&limit=2&select=n,place')).json
    expect(first).toMatchObject({
      columns: [{ name: 'n', type: 'int64' }, { name: 'place' }],
      rows: [
        ['1', 'here'],
        ['2', 'there'],
      ],
    })
    const rest = `?format=json&limit=2&select=n,place&cursor=${first.next}`
    expect((await ada.get('readings.csv', rest)).json).toMatchObject({ rows: [['3', null]], next: null })
    const where = `&where=${encodeURIComponent('["place","is-null"]')}`
    expect((await ada.get('readings.csv', `?format=ndjson${where}`)).text).toBe('{"n":"3","place":null}\n')
    await ada.put('other.csv', 'n,place\n1,here\n')
    expect((await ada.get('other.csv', rest)).json.code).toBe('invalid-request')
    await ada.put('readings.csv', 'n,place\n7,new\n')
    expect((await ada.get('readings.csv', rest)).json.code).toBe('source-changed')
    await ada.put('note.txt', 'no rows')
    expect((await ada.get('note.txt', '?format=json')).json.code).toBe('not-offered')
    const bob = as('bob')
    expect((await bob.get('readings.csv', '?format=json')).json.code).toBe('not-found')
    // the very file that Ada's pages are of
    await ada.put('readings.csv', 'n,place\n1,here\n2,there\n3,\n')
    await bob.put('readings.csv', 'n,place\n1,here\n2,there\n3,\n')
    expect((await bob.get('readings.csv', rest)).json.code).toBe('invalid-request')
  })

  it('C03 are replaced, and the older version is kept where that is asked for', async () => {
    const ada = as('c03')
    const older = async () => (await ada.get('v', '?versions=true')).json.items
    await ada.put('v', 'one')
    await ada.put('v', 'two')
    expect([(await ada.get('v')).text, await older()]).toEqual(['two', []])
    await ada.put('v', 'three', {}, '?keepOlder=true')
    await ada.put('v', 'four', {}, '?keepOlder=true')
    const items = await older()
    const texts = []
    for (const { version } of items) texts.push((await ada.get('v', `?version=${version}`)).text)
    expect(texts).toEqual(['two', 'three'])
    expect(await ada.names()).toEqual(['v'])
    await ada.put('v', 'five')
    expect(await older()).toEqual([])
    expect((await ada.get('v', `?version=${items[0].version}`)).status).toBe(404)
    expect((await ada.get('v', '?version=../../x')).status).toBe(404)
  })

  it('C04 keep the old content where a put breaks off', async () => {
    const ada = as('c04')
    await ada.put('keep', 'old')
    const broken = await ada.call('PUT', at('keep'), { bytes: cutShort() })
    expect(broken.status).toBeGreaterThanOrEqual(400)
    expect((await ada.get('keep')).text).toBe('old')
    await ada.call('PUT', at('never'), { bytes: cutShort() })
    expect((await ada.get('never')).status).toBe(404)
  })

  it('C05 are listed by prefix from the root, at all depths, in byte order, past 1000', async () => {
    const ada = as('c05')
    expect(await ada.names()).toEqual([])
    const names = ['a', 'a/b', 'a/b/c', 'ab', 'a b', '\uff5e', '😀', 'B', 'é']
    for (const name of names) await ada.put(name, name)
    const inOrder = names.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))
    expect(await ada.names()).toEqual(inOrder)
    expect(await ada.names('limit=2')).toEqual(inOrder)
    expect(await ada.names('prefix=a/')).toEqual(['a/b', 'a/b/c'])
    expect(await ada.names('prefix=/a')).toEqual(['a', 'a b', 'a/b', 'a/b/c', 'ab'])
    expect(await ada.names('prefix=nothing')).toEqual([])
    const many = as('c05-many')
    for (let i = 0; i < 1100; i += 50)
      await Promise.all(Array.from({ length: 50 }, (_, j) => many.put(`n${String(i + j).padStart(4, '0')}`, 'x')))
    expect(await many.names('limit=1000')).toEqual(
      Array.from({ length: 1100 }, (_, i) => `n${String(i).padStart(4, '0')}`),
    )
  })

  it('C05 are shown a level at a time as folders, each once, however they page', async () => {
    const ada = as('folders')
    for (const name of ['a/1', 'a/2', 'a/b/3', 'a-b', 'a0', 'c/d/e', 'z']) await ada.put(name, name)
    for (const limit of [1, 2, 3, 100]) {
      expect(await ada.names(`delimiter=/&limit=${limit}`)).toEqual(['a-b', 'a/', 'a0', 'c/', 'z'])
      expect(await ada.names(`delimiter=/&prefix=a/&limit=${limit}`)).toEqual(['a/1', 'a/2', 'a/b/'])
      expect(await ada.names(`delimiter=/&prefix=a&limit=${limit}`)).toEqual(['a-b', 'a/', 'a0'])
    }
    const { json } = await ada.call('GET', '/v1/objects/user?delimiter=/')
    expect(json.items[1]).toEqual({ name: 'a/', isFolder: true, size: null, modified: null, etag: null })
    expect(json.items[0]).toMatchObject({ name: 'a-b', isFolder: false, size: 3 })
  })

  it('C06 tell whether they exist and their size', async () => {
    const ada = as('c06')
    const head = () => ada.call('HEAD', at('h'))
    expect((await head()).status).toBe(404)
    await ada.put('h', '12345')
    const reply = await head()
    expect([reply.status, reply.headers['content-length'], reply.text]).toEqual([200, '5', ''])
    await ada.call('DELETE', at('h'))
    expect((await head()).status).toBe(404)
  })

  it('C07 are deleted by their exact name, with all versions', async () => {
    const ada = as('c07')
    for (const name of ['d', 'd/e', 'de']) await ada.put(name, name)
    await ada.put('d', 'new', {}, '?keepOlder=true')
    expect((await ada.call('DELETE', at('d'))).status).toBe(204)
    expect(await ada.names()).toEqual(['d/e', 'de'])
    expect((await ada.get('d', '?versions=true')).json.items).toEqual([])
    expect((await ada.call('DELETE', at('d'))).status).toBe(204)
  })

  it('C08 are deleted recursively by path, siblings spared, never without a name', async () => {
    const ada = as('c08')
    for (const name of ['foo', 'foo/a', 'foo/b/c', 'foobar', 'foo-1', 'fo']) await ada.put(name, name)
    await ada.put('foo/a', 'again', {}, '?keepOlder=true')
    expect((await ada.call('DELETE', `${at('foo')}?recursive=true`)).status).toBe(204)
    expect(await ada.names()).toEqual(['fo', 'foo-1', 'foobar'])
    expect((await ada.get('foo/a', '?versions=true')).json.items).toEqual([])
    for (const path of ['/v1/objects/user', '/v1/objects/user/', '/v1/objects/user//', '/v1/objects/user/%2F'])
      await expect(
        ada.call('DELETE', `${path}?recursive=true`).then(
          ({ status }) => status,
          ({ code }) => code,
        ),
      ).resolves.toSatisfy((answer) => [400, 'method-not-allowed'].includes(answer))
    expect(await ada.names()).toHaveLength(3)
  })

  it('are put and deleted under conditions', async () => {
    const ada = as('conditions')
    const first = (await ada.put('c', 'one', { 'if-none-match': '*' })).headers.etag!
    expect((await ada.put('c', 'two', { 'if-none-match': '*' })).json.code).toBe('precondition-failed')
    expect((await ada.put('c', 'two', { 'if-match': '"no"' })).json.code).toBe('precondition-failed')
    expect((await ada.put('nothing', 'x', { 'if-match': '*' })).json.code).toBe('precondition-failed')
    expect((await ada.put('c', 'two', { 'if-match': first })).status).toBe(200)
    expect((await ada.call('DELETE', at('c'), { headers: { 'if-match': first } })).status).toBe(412)
    expect((await ada.get('c')).text).toBe('two')
  })

  it('are copied and moved, one by one and as folders', async () => {
    const ada = as('copies')
    const copy = (body: object) => ada.call('POST', '/v1/copies', { body })
    for (const name of ['f/a', 'f/b/c', 'fa']) await ada.put(name, name)
    expect((await copy({ from: 'user/f/a', to: 'user/g' })).json).toEqual({ objects: 1 })
    expect((await copy({ from: 'user/f', to: 'user/h', recursive: true, move: true })).json).toEqual({ objects: 2 })
    expect(await ada.names()).toEqual(['fa', 'g', 'h/a', 'h/b/c'])
    expect((await ada.get('h/b/c')).text).toBe('f/b/c')
    expect((await copy({ from: 'user/g', to: 'user/fa', replace: false })).json.code).toBe('precondition-failed')
    expect((await copy({ from: 'user/h', to: 'user/h/i', recursive: true })).json.code).toBe('conflict')
    expect((await copy({ from: 'user/no', to: 'user/x' })).json.code).toBe('not-found')
  })

  it('C09 E give a link that expires, under a name that is encoded once', async () => {
    const ada = as('link')
    await ada.put('a b/ü%.txt', 'x')
    const { json } = await ada.get('a b/ü%.txt', '?link=true&seconds=60')
    expect(new URL(json.url).searchParams.get('filename')).toBe('ü%.txt')
    expect(Date.parse(json.expires) - Date.now()).toBeLessThanOrEqual(60_000)
    expect((await ada.get('a b/ü%.txt', '?link=true&seconds=99999')).json.code).toBe('invalid-request')
  })

  it('C10 keep caches under a reserved prefix: saved, restored, cleared by checksum and by name', async () => {
    const ada = as('c10')
    const key = (name: string, checksum: string) => `headgate-cache/${name}/${checksum}.tar`
    for (const [name, sum] of [
      ['deps', '1'],
      ['deps', '2'],
      ['deps2', '1'],
    ] as const)
      await ada.put(key(name, sum), sum)
    expect((await ada.get(key('deps', '1'))).text).toBe('1')
    expect((await ada.get(key('deps', '3'))).json.code).toBe('not-found')
    await ada.call('DELETE', at(key('deps', '1')))
    expect(await ada.names('prefix=headgate-cache/deps/')).toEqual([key('deps', '2')])
    await ada.call('DELETE', `${at('headgate-cache/deps')}?recursive=true`)
    expect(await ada.names()).toEqual([key('deps2', '1')])
  })

  it('C21 keep hostile names apart and within their scope', async () => {
    const ada = as('c21')
    const names = hostileKeys.filter((key) => Buffer.byteLength(key) <= 700)
    for (const name of names) expect((await ada.put(name, name)).status, name).toBe(200)
    for (const name of names) expect((await ada.get(name)).text).toBe(name)
    expect((await ada.names()).length).toBe(new Set(names).size)
    expect((await ada.call('GET', '/v1/objects/user//%2Fx')).json.code).toBe('not-found')
    await ada.put('x', 'x')
    expect((await ada.call('GET', '/v1/objects/user/%2F%2Fx')).text).toBe('x')
    for (const name of ['..%2Fother', 'a%2F..%2F..%2Fb', '%2e%2e%2fb', 'a%00b', 'a%0Ab', 'a%2F%2Fb', 'x'.repeat(701)])
      expect((await ada.call('PUT', `/v1/objects/user/${name}`, { bytes: text('x') })).json.code, name).toBe(
        'invalid-request',
      )
  })
})

describe('pipelines', () => {
  const create = async (caller: string, body: object = {}) =>
    (await as(caller).call('POST', '/v1/pipelines', { body })).json.id as string

  it('C11 do not see each other, and without a current one there is the context error', async () => {
    const [one, two] = [await create('c11'), await create('c11')]
    const ada = as('c11', one)
    await ada.call('PUT', '/v1/objects/pipelines/current/x', { bytes: text('one') })
    expect((await ada.call('GET', `/v1/objects/pipelines/${one}/x`)).text).toBe('one')
    expect((await ada.call('GET', `/v1/objects/pipelines/${two}/x`)).status).toBe(404)
    expect(await ada.names('', 'pipelines/current')).toEqual(['x'])
    expect(await ada.names('', `pipelines/${two}`)).toEqual([])
    expect(await ada.names()).toEqual([])
    expect((await as('c11').call('GET', '/v1/objects/pipelines/current/x')).json.code).toBe('pipeline-required')
    expect((await as('c11').call('GET', '/v1/pipelines/current')).json.code).toBe('pipeline-required')
    expect((await ada.call('GET', '/v1/pipelines/current')).json).toMatchObject({ id: one, state: 'active' })
    expect((await ada.call('GET', '/v1/pipelines')).json.items.map(({ id }: { id: string }) => id)).toEqual([one, two])
  })

  it('C13 share the user scope, and nothing with other users', async () => {
    const id = await create('c13')
    await as('c13').put('mine', 'mine')
    expect((await as('c13', id).get('mine')).text).toBe('mine')
    const other = as('c13-other')
    expect((await other.get('mine')).status).toBe(404)
    for (const [method, path] of [
      ['GET', `/v1/objects/pipelines/${id}`],
      ['GET', `/v1/objects/pipelines/${id}/x`],
      ['PUT', `/v1/objects/pipelines/${id}/x`],
      ['GET', `/v1/pipelines/${id}`],
      ['DELETE', `/v1/pipelines/${id}`],
    ] as const)
      expect((await other.call(method, path, { bytes: text('x') })).status, path).toBe(404)
  })

  it('C12 are archived with their objects, older versions too; what is the user’s stays', async () => {
    const id = await create('c12')
    const ada = as('c12')
    await ada.put('stays', 'x')
    for (const query of ['', '?keepOlder=true'])
      await ada.call('PUT', `/v1/objects/pipelines/${id}/a/b${query}`, { bytes: text('x') })
    expect((await ada.call('DELETE', `/v1/pipelines/${id}`)).status).toBe(204)
    expect(await ada.names()).toEqual(['stays'])
    const left = await platform.world.objects.list('users/c12/', { limit: 10 })
    expect(left.objects.map(({ key }) => key)).toEqual(['users/c12/data/stays'])
    expect((await ada.call('GET', `/v1/pipelines/${id}`)).status).toBe(404)
    expect((await ada.call('PUT', `/v1/objects/pipelines/${id}/late`, { bytes: text('x') })).status).toBe(404)
    expect((await ada.call('DELETE', `/v1/pipelines/${id}`)).status).toBe(404)
  })

  it('C12 go on being archived after a crash half way, by the owner and by the sweep', async () => {
    for (const again of ['owner', 'sweep']) {
      const id = await create('crash')
      const ada = as('crash')
      for (let i = 0; i < 5; i++) await ada.call('PUT', `/v1/objects/pipelines/${id}/n${i}`, { bytes: text('x') })
      const ended = AbortSignal.abort(new DOMException('gone', 'AbortError'))
      expect((await ada.call('DELETE', `/v1/pipelines/${id}`, { signal: ended })).status).toBeGreaterThanOrEqual(400)
      expect((await ada.call('GET', `/v1/pipelines/${id}`)).json.state).toBe('archiving')
      expect((await ada.call('PUT', `/v1/objects/pipelines/${id}/late`, { bytes: text('x') })).status).toBe(404)
      if (again === 'owner') expect((await ada.call('DELETE', `/v1/pipelines/${id}`)).status).toBe(204)
      else await sweepPipelines(platform.world)
      const left = await platform.world.objects.list(`users/crash/pipelines/${id}/`, { limit: 10 })
      expect(left.objects).toEqual([])
    }
  })

  it('expire by age, and are forgotten in the end with what came late', async () => {
    const id = await create('aged', { days: 1 })
    const ada = as('aged')
    await ada.call('PUT', `/v1/objects/pipelines/${id}/x`, { bytes: text('x') })
    await sweepPipelines(platform.world)
    expect((await ada.call('GET', `/v1/objects/pipelines/${id}/x`)).text).toBe('x')
    await sweepPipelines(platform.world, undefined, Date.now() + 2 * 86_400_000)
    expect((await ada.call('GET', `/v1/pipelines/${id}`)).status).toBe(404)
    await platform.world.objects.put(`users/aged/pipelines/${id}/data/late`, text('x'))
    await sweepPipelines(platform.world, undefined, Date.now() + 3 * 86_400_000)
    expect((await platform.world.objects.list('users/aged/', { limit: 10 })).objects).toEqual([])
    const kept = await platform.world.catalog.list(
      { path: 'pipelines', schema: (await import('zod')).unknown() },
      { limit: 100, prefix: 'aged/' },
    )
    expect(kept.entries).toEqual([])
  })
})

describe('uploads', () => {
  it('put a large object in parts that go past the functions, resumed by what has arrived', async () => {
    const ada = as('uploads')
    const { json: made } = await ada.call('POST', '/v1/uploads', { body: { path: 'user/big', ifAbsent: true } })
    const send = async (number: number, value: string) => {
      const { json } = await ada.call('POST', `/v1/uploads/${made.id}/parts`, { body: { numbers: [number] } })
      const bytes = (async function* () {
        yield text(value)
      })()
      return platform.world.uploads.receive(new URL(json.parts[0].url).searchParams, bytes)
    }
    await send(1, 'x'.repeat(5 * 1024 * 1024))
    expect((await ada.call('GET', '/v1/uploads')).json.items).toMatchObject([{ id: made.id, path: 'user/big' }])
    await send(2, 'end')
    const { parts } = (await ada.call('GET', `/v1/uploads/${made.id}`)).json
    expect(parts).toHaveLength(2)
    expect((await as('other').call('GET', `/v1/uploads/${made.id}`)).status).toBe(404)
    expect((await ada.get('big')).status).toBe(404)
    const named = parts.map(({ number, etag }: { number: number; etag: string }) => ({ number, etag }))
    const done = await ada.call('POST', `/v1/uploads/${made.id}/complete`, { body: { parts: named } })
    expect(done.json).toMatchObject({ path: 'user/big', size: 5 * 1024 * 1024 + 3 })
    expect((await ada.get('big', '?begin=5242880')).text).toBe('end')
    expect((await ada.call('GET', '/v1/uploads')).json.items).toEqual([])
    expect((await ada.call('DELETE', `/v1/uploads/${made.id}`)).status).toBe(404)
  })

  it('keep the version they replace where that is wanted, and else leave no older one', async () => {
    const ada = as('upload-versions')
    const replace = async (value: string, keepOlder?: boolean) => {
      const { json: made } = await ada.call('POST', '/v1/uploads', { body: { path: 'user/big', keepOlder } })
      const { json } = await ada.call('POST', `/v1/uploads/${made.id}/parts`, { body: { numbers: [1] } })
      const bytes = (async function* () {
        yield text(value)
      })()
      const etag = await platform.world.uploads.receive(new URL(json.parts[0].url).searchParams, bytes)
      await ada.call('POST', `/v1/uploads/${made.id}/complete`, { body: { parts: [{ number: 1, etag }] } })
    }
    await replace('first')
    await replace('second', true)
    const { items } = JSON.parse((await ada.get('big', '?versions=true')).text)
    expect(items).toMatchObject([{ size: 5 }])
    await replace('third')
    expect(JSON.parse((await ada.get('big', '?versions=true')).text)).toEqual({ items: [] })
    expect((await ada.get('big')).text).toBe('third')
  })

  it('are given up', async () => {
    const ada = as('giving')
    const { json } = await ada.call('POST', '/v1/uploads', { body: { path: 'user/big' } })
    expect((await ada.call('DELETE', `/v1/uploads/${json.id}`)).status).toBe(204)
    expect((await ada.call('GET', `/v1/uploads/${json.id}`)).status).toBe(404)
    expect((await ada.call('POST', '/v1/uploads', { body: { path: 'user/../x' } })).json.code).toBe('invalid-request')
  })
})
