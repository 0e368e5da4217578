import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres, { type Sql } from 'postgres'
import { Secret } from '../../shared/domain/secret.ts'
import type { SecretReader, SecretWriter } from '../../shared/ports/secrets.ts'
import { type EmbeddedPostgres, startPostgres } from '../embedded-postgres.ts'
import { placeFor } from '../embedded-postgres-files.ts'
import { laboratory } from './laboratory.ts'
import { publicTables } from './public-data.ts'

export interface Warehouse {
  readonly server: EmbeddedPostgres
  readonly database: string
  /** A login that may read every table and do nothing else, new at each start. */
  readonly reader: { readonly user: string; readonly password: Secret }
  /** Whether the flights are there already. */
  readonly hasFlights: boolean
}

const database = 'warehouse'
const owner = 'headgate_owner'
const reader = 'headgate_reader'
/** Where the owner's password is kept. */
const ownerId = 'demo/warehouse-owner'

/** Starts the demo's PostgreSQL in that folder and fills it at the first start. */
export async function startWarehouse(
  folder: string,
  secrets: SecretReader & SecretWriter,
  signal: AbortSignal,
): Promise<Warehouse> {
  const password = await ownerPassword(folder, secrets)
  const server = await startPostgres({ folder, user: owner, password: password.reveal(), signal })
  try {
    const maintenance = connect(server, 'postgres')
    try {
      const found = await maintenance`SELECT FROM pg_database WHERE datname = ${database}`
      if (found.length === 0) await maintenance.unsafe(`CREATE DATABASE ${database}`)
    } finally {
      await maintenance.end()
    }
    const readerPassword = randomBytes(24).toString('base64url')
    const sql = connect(server, database)
    try {
      await sql.begin(async (transaction) => {
        await admitReader(transaction, readerPassword)
        await fill(transaction)
      })
      const [row] = await sql`SELECT to_regclass('public.flights') IS NOT NULL AS is_there`
      return {
        server,
        database,
        reader: { user: reader, password: new Secret(readerPassword) },
        hasFlights: row?.is_there === true,
      }
    } finally {
      await sql.end()
    }
  } catch (thrown) {
    await server.stop()
    throw thrown
  }
}

const connect = ({ host, port, user, password }: EmbeddedPostgres, database: string): Sql =>
  postgres({ host, port, user, password, database, max: 1, fetch_types: false, onnotice: () => {} })

/** Without the owner's password nobody gets into what the folder holds: then it is begun anew. */
async function ownerPassword(folder: string, secrets: SecretReader & SecretWriter): Promise<Secret> {
  const kept = await secrets.get(ownerId)
  if (kept !== undefined) return kept
  await rm(join(await placeFor(folder), 'data'), { recursive: true, force: true })
  const made = new Secret(randomBytes(24).toString('base64url'))
  await secrets.put(ownerId, made)
  return made
}

type Transaction = Pick<Sql, 'unsafe'>

async function admitReader(sql: Transaction, password: string): Promise<void> {
  const found = await sql.unsafe(`SELECT FROM pg_roles WHERE rolname = '${reader}'`)
  if (found.length > 0) {
    await sql.unsafe(`ALTER ROLE ${reader} PASSWORD '${password}'`)
    return
  }
  await sql.unsafe(`
    CREATE ROLE ${reader} LOGIN PASSWORD '${password}' NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
    ALTER ROLE ${reader} SET default_transaction_read_only = on;
    REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${database} TO ${reader};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE ALL ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO ${reader};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${reader};
    COMMENT ON DATABASE ${database} IS 'The demo: a small laboratory, and public data of the vega-datasets package';
  `)
}

async function fill(sql: Transaction): Promise<void> {
  const [row] = await sql.unsafe(`SELECT to_regclass('public.weather') IS NOT NULL AS is_filled`)
  if (row?.is_filled === true) return
  await sql.unsafe(laboratory)
  for (const { create, copy, rows } of publicTables) {
    await sql.unsafe(create)
    await pipeline(Readable.from(rows()), await sql.unsafe(copy).writable())
  }
  await sql.unsafe('ANALYZE')
}
