import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { type Headgate, startHeadgate } from '../support/headgate.ts'
import { testPostgres } from '../support/postgres.ts'
import { temporaryFolder } from '../support/world.ts'

const server = await testPostgres()
const rows = 100_000
const token = 'hg_test_exports_0123456789abcdef'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let proxy: Awaited<ReturnType<typeof startFaultProxy>>
let headgate: Headgate
let origin: string

beforeAll(async () => {
  folder = await temporaryFolder()
  proxy = await startFaultProxy({ port: server.port })
  await server.sql(`CREATE TABLE source_rows AS SELECT n, 'row number ' || n AS v FROM generate_series(1, ${rows}) n;
    CREATE TABLE added (n int PRIMARY KEY, v text); GRANT ALL ON added TO writer;
    CREATE TABLE swapped (old int); INSERT INTO swapped VALUES (7); ALTER TABLE swapped OWNER TO writer`)
  await start()
})
afterAll(async () => {
  headgate.child.kill('SIGINT')
  await headgate.ended()
  await proxy.close()
  await folder.dispose()
})

async function start(): Promise<void> {
  headgate = startHeadgate({
    args: ['--port', '0', '--no-demo', '--data', join(folder.path, 'data')],
    env: { HEADGATE_TOKEN: token, HEADGATE_ALLOW: `127.0.0.1:${server.port} 127.0.0.1:${proxy.port}` },
  })
  while (!/^Headgate is ready at (\S+)$/m.test(headgate.said().out)) {
    if (headgate.child.exitCode !== null) throw new Error(headgate.said().err)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  origin = /^Headgate is ready at (\S+)$/m.exec(headgate.said().out)![1]!
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the reply holds
async function ask(method: string, path: string, body?: object): Promise<any> {
  const reply = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect([path, reply.ok, reply.ok ? '' : await reply.text()]).toEqual([path, true, ''])
  return await reply.json()
}

const connector = (name: string, login: { user: string; password: string }, port: number, more: object = {}) =>
  ask('POST', '/v1/connectors', {
    name,
    kind: 'postgres',
    config: { host: '127.0.0.1', port, database: server.database, user: login.user, tls: 'disable' },
    credential: { password: login.password },
    ...more,
  })

it('P19 P20 exports whose process is killed leave no half table, and are made whole by the next one', async () => {
  await connector('lab', server.reader, server.port)
  await connector('out', server.writer, proxy.port, { allowWrite: true })
  await ask('POST', '/v1/datasources', { name: 'rows', connector: 'lab', selection: { table: 'source_rows' } })
  const { id: snapshot } = await ask('POST', '/v1/datasources/rows/snapshots')
  await expect.poll(async () => (await ask('GET', `/v1/snapshots/${snapshot}`)).state, { timeout: 30_000 }).toBe('done')

  proxy.set({ is: 'bandwidth', bytesPerSecond: 400_000, to: 'server' })
  const ids: string[] = []
  for (const [table, mode] of [
    ['added', 'append'],
    ['swapped', 'replace'],
  ]) {
    await ask('POST', '/v1/exporters', { name: `to-${table}`, connector: 'out', table, mode })
    ids.push((await ask('POST', `/v1/exporters/to-${table}/exports`, { dataset: 'rows' })).id)
  }
  const exported = (id: string) => ask('GET', `/v1/exports/${id}`)
  for (const id of ids) {
    await expect.poll(async () => (await exported(id)).rows, { timeout: 30_000 }).toBeGreaterThan(0)
    expect(await exported(id)).toMatchObject({ state: 'running', phase: 'writing', heartbeat: expect.any(String) })
  }
  headgate.child.kill('SIGKILL')
  await headgate.ended()

  const beside = () => server.sql(`SELECT relname FROM pg_class WHERE relname LIKE 'headgate_%'`)
  const seen = async () => [
    ...(await server.sql('SELECT count(*)::int AS n FROM added')),
    ...(await server.sql('SELECT * FROM swapped')),
    ...(await beside()),
  ]
  expect(await seen()).toEqual([{ n: 0 }, { old: 7 }])

  proxy.set(undefined)
  await start()
  for (const id of ids) {
    await expect.poll(async () => (await exported(id)).state, { timeout: 60_000, interval: 250 }).toBe('done')
    const { attempt, rows: written, log } = await exported(id)
    expect([attempt, written]).toEqual([2, rows])
    expect(log.map(({ message }: { message: string }) => message)).toContain('Its worker was lost: it begins anew.')
  }
  const sums = 'SELECT count(*)::int AS n, sum(n)::bigint::text AS s, count(DISTINCT v)::int AS v FROM'
  const whole = [{ n: rows, s: String((rows * (rows + 1)) / 2), v: rows }]
  expect(await server.sql(`${sums} added`)).toEqual(whole)
  expect(await server.sql(`${sums} swapped`)).toEqual(whole)
  expect(await beside()).toEqual([])
})
