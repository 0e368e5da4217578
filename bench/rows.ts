import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { startPostgres } from '../local/embedded-postgres.ts'
import { createLocalServer } from '../local/server.ts'
import { hashToken, makeToken } from '../shared/domain/token.ts'
import { tokens } from '../shared/ports/records.ts'
import { diskWorld, makeConnector } from './disk-world.ts'
import { median } from './measure.ts'
import { makeLineitem } from './tables.ts'

const rounds = 200

/** `node bench/rows.ts`: `GET rows?limit=100` of a warm server, beside the bare driver running the same query. */
const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'))
const password = randomBytes(12).toString('hex')
const warehouse = await startPostgres({ folder: join(folder, 'postgres'), user: 'bench', password })
const login = { ...warehouse, max: 1, onnotice: () => {} }
const open = postgres(login)
await makeLineitem(open, 100_000)
await open.unsafe('alter table lineitem add primary key (l_orderkey, l_linenumber)')

const { world, close } = diskWorld(join(folder, 'world'), warehouse.port)
await makeConnector(world, { port: warehouse.port, password })
const token = makeToken()
const now = new Date().toISOString()
await world.catalog.write([
  { create: tokens, id: hashToken(token), value: { caller: 'bench', role: 'admin', created: now, expires: null } },
])
const server = createLocalServer({ world }).listen(0, '127.0.0.1')
await once(server, 'listening')
const agent = new Agent({ keepAlive: true })
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/sources/source/tables/lineitem/rows?limit=100`
const query = 'select * from lineitem order by l_orderkey, l_linenumber limit 100'

const ways = {
  'GET rows?limit=100': async () => {
    const request = get(url, { agent, headers: { authorization: `Bearer ${token}` } })
    const [response] = await once(request, 'response')
    let text = ''
    for await (const chunk of response) text += chunk
    if (JSON.parse(text).rows.length !== 100) throw new Error(text)
  },
  'postgres, a connection of its own': async () => {
    const sql = postgres(login)
    await sql.unsafe(query)
    await sql.end()
  },
  'postgres, an open connection': async () => {
    await open.unsafe(query)
  },
}

const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]))
for (let round = -20; round < rounds; round++)
  for (const [name, run] of Object.entries(ways)) {
    const began = performance.now()
    await run()
    if (round >= 0) times.get(name)!.push(performance.now() - began)
  }
for (const [name, taken] of times) console.log(`${median(taken).toFixed(2).padStart(7)} ms  ${name}`)

agent.destroy()
server.close()
await open.end()
await warehouse.stop()
close()
await rm(folder, { recursive: true, force: true })
