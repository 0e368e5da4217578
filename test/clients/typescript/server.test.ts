import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { tableFromIPC } from '@uwdata/flechette'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  and,
  type CallInput,
  Conflict,
  column,
  download,
  etagOf,
  Headgate,
  NotFound,
  NotOffered,
  PreconditionFailed,
  type Progress,
  Unauthenticated,
} from '../../../clients/typescript/index.ts'
import { launchBrowser, noBrowser } from '../../support/browser.ts'
import { root } from '../../support/code.ts'
import { type Headgate as Server, startHeadgate, temporaryFolder } from '../../support/headgate.ts'

const source = 'data-warehouse-sql'

/** The client and a reader of Arrow as one script with the global `client`. */
async function bundled(): Promise<string> {
  const contents = "export * from './index.ts'; export { tableFromIPC } from '@uwdata/flechette'"
  const stdin = { contents, resolveDir: join(root, 'clients/typescript'), loader: 'ts' as const }
  const { outputFiles } = await build({ stdin, bundle: true, format: 'iife', globalName: 'client', write: false })
  return outputFiles[0]!.text
}

/** Runs in the page, at whose address Headgate is. */
async function inBrowser([token, source]: readonly [string, string]) {
  const { client } = globalThis as unknown as {
    client: typeof import('../../../clients/typescript/index.ts') & { tableFromIPC: typeof tableFromIPC }
  }
  const headgate = new client.Headgate({ token })
  const table = headgate.sources.at(source).table('experiments')
  const rows: unknown[] = []
  for await (const row of table.rows({ select: 'experiment_id', order: 'experiment_id' }))
    if (rows.push(row) === 2) break
  let arrow = 0
  for await (const batch of table.arrowBatches(client.tableFromIPC)) arrow += batch.numRows
  const notFound = await headgate.sources.get('nothing').catch((thrown: unknown) => thrown instanceof client.NotFound)
  const stop = new AbortController()
  const stream = table.batches({}, { signal: stop.signal })
  await stream.next()
  stop.abort('enough')
  const stopped = await headgate.me({ signal: stop.signal }).catch((thrown: unknown) => thrown)
  const bytes = new Uint8Array(6_000_000).map((_, i) => (i * 31 + (i >> 8)) & 255)
  let told: unknown
  const put = await headgate.uploads.send('user/from a browser', new Blob([bytes]), {
    onProgress: (now) => {
      told = now
    },
  })
  const response = await headgate.objects.open('user/from a browser')
  let at = 0
  let isSame = true
  for await (const piece of client.download(response)) for (const byte of piece) isSame &&= byte === bytes[at++]
  return {
    me: (await headgate.me()).id,
    rows,
    arrow,
    notFound,
    stopped,
    size: put.size,
    told,
    isSame: isSame && at === bytes.length,
  }
}

describe('the TypeScript client and a Headgate of this machine', () => {
  let server: Server
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let headgate: Headgate
  let token: string
  beforeAll(async () => {
    folder = await temporaryFolder()
    server = startHeadgate({ args: ['--port', '0', '--data', folder.path] })
    const ready = await server.ready()
    token = ready.token
    headgate = new Headgate({ url: ready.origin, token })
  })
  afterAll(async () => {
    server.child.kill('SIGINT')
    await server.ended()
    await folder.remove()
  })

  it('knows who asks, and says who does not', async () => {
    expect(await headgate.me()).toMatchObject({ role: 'admin' })
    expect((await headgate.health()).status).toBe('ok')
    await expect(new Headgate({ url: headgate.url, token: 'hg_pat_no' }).me()).rejects.toBeInstanceOf(Unauthenticated)
  })

  it('lists sources and finds one by name (E02, E03, E05)', async () => {
    const names = await Array.fromAsync(headgate.sources.list({ limit: 1 }), ({ name }) => name as string)
    expect(names).toContain(source)
    const found = await headgate.sources.get(source)
    expect(found.name).not.toBe(found.title)
    expect((await headgate.sources.get(found.uid)).name).toBe(source)
    await expect(headgate.sources.get('data-warehouse')).rejects.toBeInstanceOf(NotFound)
  })

  it('reads rows of a table: streamed, paged, as Arrow, all the same (E08, E09)', async () => {
    const table = headgate.sources.at(source).table('experiments')
    expect((await table.describe()).columns[0]!.name).toBe('experiment_id')
    const window = {
      select: ['experiment_id', 'yield_percent'],
      where: and(column('experiment_id').le(700), column('yield_percent').isNotNull()),
      order: ['-experiment_id'],
    }
    const rows = await Array.fromAsync(table.rows<{ experiment_id: string; yield_percent: string }>(window))
    expect(rows.length).toBeGreaterThan(300)
    expect(rows[0]!.experiment_id).toMatch(/^\d+$/)
    const paged: unknown[] = []
    for await (const page of table.pages({ ...window, limit: 250 }))
      paged.push(...page.rows.map(([experiment_id, yield_percent]) => ({ experiment_id, yield_percent })))
    expect(paged).toEqual(rows)
    const arrow = await table.toArrow((bytes) => tableFromIPC(bytes, { useBigInt: true }), window)
    expect(arrow.numRows).toBe(rows.length)
    expect(String(arrow.getChild('experiment_id').at(0))).toBe(rows[0]!.experiment_id)
    const ids: string[] = []
    for await (const batch of table.arrowBatches((bytes) => tableFromIPC(bytes, { useBigInt: true }), window))
      ids.push(...Array.from(batch.getChild('experiment_id'), String))
    expect(ids).toEqual(rows.map(({ experiment_id }) => experiment_id))
  })

  it('stops a stream of rows where the reader stops', async () => {
    const seen: unknown[] = []
    for await (const row of headgate.sources.at(source).table('movies').rows()) {
      seen.push(row)
      if (seen.length === 3) break
    }
    expect(seen).toHaveLength(3)
  })

  it('runs a query with parameters', async () => {
    const query = headgate.sources.at(source).query('select $1::int + 1 as n', [41])
    expect(await Array.fromAsync(query.rows())).toEqual([{ n: 42 }])
  })

  it('calls an operation of an API (E20, E21)', async () => {
    const petstore = headgate.sources.at('petstore')
    const operations = await petstore.operations().toArray()
    expect(operations.map(({ operationId }) => operationId)).toContain('findPetsByStatus')
    const { status, body } = await petstore.operate('findPetsByStatus', { status: 'available' })
    expect(status).toBe(200)
    expect(body).toBeInstanceOf(Array)
    await expect(petstore.objects().toArray()).rejects.toBeInstanceOf(NotOffered)
  })

  it('makes a datasource, takes snapshots and reads their versions (P08, P12, P14, P16)', async () => {
    const { name } = await headgate.datasources.create({
      name: 'weather-copy',
      connector: source,
      selection: { table: 'weather' },
    })
    await expect(
      headgate.datasources.create({ name, connector: source, selection: { table: 'weather' } }),
    ).rejects.toBeInstanceOf(Conflict)
    const seen: string[] = []
    const { id } = await headgate.datasources.snapshot(name)
    const ended = await headgate.snapshots.wait(id, ({ state }) => seen.push(state))
    expect(ended).toMatchObject({ state: 'done', version: 1 })
    expect(seen.at(-1)).toBe('done')
    await headgate.datasources.create({ name: 'films', connector: source, selection: { table: 'movies' } })
    const group = await headgate.snapshots.createTogether([name, 'films'])
    expect((await headgate.snapshots.waitTogether(group.id)).snapshots.map(({ version }) => version)).toEqual([2, 1])
    expect((await headgate.snapshots.getGroup(group.id)).state).toBe('done')
    const dataset = headgate.datasets.at(name)
    expect(await Array.fromAsync(dataset.rows({ version: 1 }))).toHaveLength(ended.rows)
    expect((await dataset.head({ limit: 2 })).rows).toHaveLength(2)
    const bytes = await Array.fromAsync(download(await dataset.download({ format: 'parquet' })))
    expect(Buffer.concat(bytes).subarray(-4).toString()).toBe('PAR1')
    expect((await dataset.verify()).ok).toBe(true)
    expect((await dataset.versions().toArray()).map(({ version }) => version)).toEqual([2, 1])
  })

  it('changes a record only as it was read', async () => {
    const read = await headgate.datasources.get('weather-copy')
    await headgate.datasources.update('weather-copy', { title: 'One' }, { ifMatch: etagOf(read) })
    const stale = headgate.datasources.update('weather-copy', { title: 'Two' }, { ifMatch: etagOf(read) })
    await expect(stale).rejects.toBeInstanceOf(PreconditionFailed)
    expect((await headgate.datasources.update('weather-copy', { title: 'Three' })).title).toBe('Three')
  })

  it('keeps objects: put, range, list, link, delete (C01, C02, C05, C06, C08)', async () => {
    const { objects } = headgate
    await objects.put('user/a b/ü.txt', 'abcdef')
    expect(await (await objects.open('user/a b/ü.txt', { begin: 0, end: 3 })).text()).toBe('abc')
    expect(await objects.exists('user/nothing')).toBe(false)
    expect((await objects.head('user/a b/ü.txt')).size).toBe(6)
    expect((await objects.list('user', { prefix: 'a b/' }).toArray()).map(({ name }) => name)).toEqual(['a b/ü.txt'])
    const { url } = await objects.link('user/a b/ü.txt')
    expect(await (await fetch(url)).text()).toBe('abcdef')
    await objects.delete('user/a b', { recursive: true })
    expect(await objects.exists('user/a b/ü.txt')).toBe(false)
  })

  it('uploads a large object in parts, and goes on where it broke off', async () => {
    const bytes = randomBytes(17 * 1024 * 1024)
    const blob = new Blob([bytes])
    let id = ''
    const stop = new AbortController()
    const broken = headgate.uploads.send('user/large', blob, {
      signal: stop.signal,
      concurrency: 1,
      onBegin: (begun) => {
        id = begun
      },
      onProgress: ({ done }) => {
        if (done > 0) stop.abort(new Error('unplugged'))
      },
    })
    await expect(broken).rejects.toThrow('unplugged')
    const told: Progress[] = []
    const put = await headgate.uploads.send('user/large', blob, { resume: id, onProgress: (now) => told.push(now) })
    expect(put.size).toBe(blob.size)
    expect(told[0]!.done).toBeGreaterThan(0)
    expect(told.at(-1)).toEqual({ done: blob.size, total: blob.size })
    const back: Progress[] = []
    const response = await headgate.objects.open('user/large')
    const pieces = await Array.fromAsync(download(response, (now) => back.push(now)))
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
    expect(back.at(-1)).toEqual({ done: blob.size, total: blob.size })
    expect(await headgate.uploads.list().toArray()).toEqual([])
  })

  it('keeps secrets and pipelines, and tells of tokens, members, the audit trail and what is found', async () => {
    await headgate.secrets.put('user', 'A_KEY', 'a value')
    expect((await headgate.secrets.list().toArray()).map(({ key }) => key as string)).toContain('A_KEY')
    const { id } = await headgate.pipelines.create({ title: 'One' })
    await headgate.objects.put(`pipelines/${id}/x`, 'x')
    expect(await headgate.objects.list(`pipelines/${id}`).toArray()).toHaveLength(1)
    await headgate.pipelines.archive(id)
    const { token } = await headgate.tokens.create({ name: 'short', scopes: ['read'], days: 1 })
    const reader = new Headgate({ url: headgate.url, token })
    expect((await reader.me()).scopes).toEqual(['read'])
    expect((await headgate.members.list().toArray()).length).toBeGreaterThan(0)
    expect((await headgate.audit.list({ limit: 5 }).page()).items.length).toBe(5)
    expect((await headgate.search('warehouse')).items[0]!.name).toBe(source)
  })

  describe.skipIf(noBrowser !== undefined)(`in a browser${noBrowser ? ` (skipped: ${noBrowser})` : ''}`, () => {
    it('reads, streams, stops, uploads with progress and downloads as it does in Node', async () => {
      const browser = await launchBrowser()
      try {
        // The script is put into the page by hand, which the page's policy would not have.
        const page = await (await browser.newContext({ bypassCSP: true })).newPage()
        await page.goto(headgate.url)
        await page.addScriptTag({ content: await bundled() })
        const seen = (await page.evaluate(inBrowser, [token, source] as const)) as Record<string, unknown>
        expect(seen).toEqual({
          me: 'admin',
          rows: [{ experiment_id: '1' }, { experiment_id: '2' }],
          arrow: 2000,
          notFound: true,
          stopped: 'enough',
          size: 6_000_000,
          told: { done: 6_000_000, total: 6_000_000 },
          isSame: true,
        })
      } finally {
        await browser.close()
      }
    })
  })

  it('is typed by the operations table', () => {
    expectTypeOf(headgate.me).returns.resolves.toHaveProperty('role')
    expectTypeOf<CallInput<'describeTable'>>().toHaveProperty('table').toEqualTypeOf<string>()
    // @ts-expect-error: a source needs its name
    expect(() => headgate.call('getSource', {})).toBeDefined()
    // @ts-expect-error: there is no such operation
    expect(() => headgate.call('getNothing')).toBeDefined()
    // @ts-expect-error: there is no such column
    expect(column<{ a: number }>('b').eq(1)).toEqual(['b', 'eq', 1])
  })
})
