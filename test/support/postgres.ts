import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, vi } from 'vitest'
import { startPostgres } from '../../local/embedded-postgres.ts'
import type { Login } from './open-database.ts'

export interface TestPostgres {
  readonly host: '127.0.0.1'
  readonly port: number
  /** What the server keeps; its files belong to the server's account. */
  readonly folder: string
  readonly database: string
  /** May do anything. */
  readonly superuser: Login
  /** May read and write every table of the schema public, and create there. */
  readonly writer: Login
  /** May read every table of the schema public, those made later too, and nothing else. */
  readonly reader: Login
  /** As the superuser; several statements at once are fine. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>
}

/** A PostgreSQL of a test file's own, ended and removed after its last test. Call it at the top of the file. */
export async function testPostgres(): Promise<TestPostgres> {
  // A guard against hanging, not a measure: other work may share the machine.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
  const folder = await mkdtemp(join(tmpdir(), 'headgate-test-'))
  const superuser = { user: 'root', password: 'super-pässword-6f1d' }
  const writer = { user: 'writer', password: 'writer-pässword-9a27' }
  const reader = { user: 'reader', password: 'reader-pässword-c03e' }
  const server = await startPostgres({ folder, ...superuser })
  const { host, port, database } = server
  const admin = postgres({ host, port, database, ...superuser, max: 1, fetch_types: false, onnotice: () => {} })
  afterAll(async () => {
    await admin.end({ timeout: 1 })
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  await admin.unsafe(`
    CREATE ROLE writer LOGIN PASSWORD '${writer.password}';
    CREATE ROLE reader LOGIN PASSWORD '${reader.password}';
    GRANT USAGE, CREATE ON SCHEMA public TO writer;
    GRANT USAGE ON SCHEMA public TO reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO writer;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader;
  `)
  return {
    host,
    port,
    folder,
    database,
    superuser,
    writer,
    reader,
    sql: async (text) => [...(await admin.unsafe(text))],
  }
}
