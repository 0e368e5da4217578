import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWarehouse, type Warehouse } from '../../local/demo/warehouse.ts'
import { localSecrets } from '../../shared/adapters/local/secrets.ts'
import { temporaryFolder } from '../support/headgate.ts'

const folder = await temporaryFolder()
const secretsFolder = join(folder.path, 'secrets')
const secrets = localSecrets({ folder: secretsFolder, keyFile: join(folder.path, 'key') })
const start = () => startWarehouse(join(folder.path, 'postgres'), secrets, new AbortController().signal)

let warehouse: Warehouse
const as = async (login: { user: string; password: string }, text: string) => {
  const { host, port } = warehouse.server
  const sql = postgres({
    host,
    port,
    ...login,
    database: warehouse.database,
    max: 1,
    fetch_types: false,
    connection: { default_transaction_read_only: 'off' as never },
  })
  try {
    return [...(await sql.unsafe(text).values())]
  } finally {
    await sql.end()
  }
}
const asReader = (text: string) =>
  as({ user: warehouse.reader.user, password: warehouse.reader.password.reveal() }, text)

beforeAll(async () => {
  warehouse = await start()
})
afterAll(async () => {
  await warehouse.server.stop()
  await folder.remove()
})

/** Everything that the demo holds, as one digest a table. */
const digests = async () => {
  const tables = ['formulations', 'experiments', 'batchresults', 'experiment_summary', 'weather', 'movies']
  const found: Record<string, unknown> = {}
  for (const table of tables)
    found[table] = (await asReader(`SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${table} t`))[0]![0]
  return found
}

describe('the demo warehouse', () => {
  it.each([
    'DELETE FROM movies',
    'CREATE TABLE mine (a int)',
    'CREATE TEMP TABLE mine (a int)',
    "UPDATE experiments SET title = ''",
    "COPY movies TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT lo_from_bytea(0, 'x')",
  ])('lets its reader do no more than read: not %s', async (statement) => {
    await expect(asReader(statement)).rejects.toMatchObject({
      code: '42501',
    })
  })

  it('has every shape of value that the laboratory knows, nulls and NaN among them', async () => {
    expect(
      await asReader(`SELECT count(*) FILTER (WHERE density IS NULL) > 0, count(DISTINCT family), bool_and(cardinality(components) = cardinality(fractions)),
        bool_and(abs((SELECT sum(f) FROM unnest(fractions) f) - 1) < 0.001), count(parent_id) > 20 FROM formulations`),
    ).toEqual([[true, '5', true, true, true]])
    expect(
      await asReader(`SELECT count(DISTINCT status), bool_and((yield_percent IS NULL) = (status <> 'completed')), bool_and(yield_percent BETWEEN 0 AND 100 OR yield_percent IS NULL),
        bool_and(finished > started OR finished IS NULL) FROM experiments`),
    ).toEqual([['5', true, true, true]])
    expect(
      await asReader(
        `SELECT count(*) BETWEEN 19000 AND 22000, bool_or(hardness = 'NaN'), count(*) FILTER (WHERE passed IS NULL) > 0 FROM batchresults`,
      ),
    ).toEqual([[true, true, true]])
  })

  it('is the same at every start, and made anew, the same again, where its secrets are lost', async () => {
    const first = await digests()
    const { password } = warehouse.reader
    await warehouse.server.stop()
    warehouse = await start()
    expect(await digests()).toEqual(first)
    expect(warehouse.reader.password.reveal()).not.toBe(password.reveal())
    await warehouse.server.stop()
    await rm(secretsFolder, { recursive: true })
    warehouse = await start()
    expect(await digests()).toEqual(first)
  })
})
