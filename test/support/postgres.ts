import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterAll } from 'vitest'
import { type EmbeddedPostgres, startPostgres } from '../../local/embedded-postgres.ts'
import { madeOnce } from './made-once.ts'
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

const superuser = { user: 'root', password: 'super-pässword-6f1d' }
const writer = { user: 'writer', password: 'writer-pässword-9a27' }
const reader = { user: 'reader', password: 'reader-pässword-c03e' }

/** A PostgreSQL of a test file's own, ended and removed after its last test. Call it at the top of the file. */
export async function testPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-test-'))
  await copyFresh(folder)
  const server = await startPostgres({ folder, ...superuser })
  const { host, port, database } = server
  const admin = adminOf(server)
  afterAll(async () => {
    await admin.end({ timeout: 1 })
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
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

const adminOf = ({ host, port, database }: EmbeddedPostgres) =>
  postgres({ host, port, database, ...superuser, max: 1, fetch_types: false, onnotice: () => {} })

/** The program and the data of a server that has the logins and nothing else. */
async function copyFresh(folder: string): Promise<void> {
  const fresh = await madeOnce('postgres', async (fresh) => {
    const server = await startPostgres({ folder: fresh, ...superuser })
    const admin = adminOf(server)
    await admin.unsafe(`
      CREATE ROLE writer LOGIN PASSWORD '${writer.password}';
      CREATE ROLE reader LOGIN PASSWORD '${reader.password}';
      GRANT USAGE, CREATE ON SCHEMA public TO writer;
      GRANT USAGE ON SCHEMA public TO reader;
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO writer;
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader;
    `)
    await admin.end({ timeout: 1 })
    await server.stop()
  })
  for (const name of await readdir(fresh))
    if (name.startsWith('postgres-')) await symlink(join(fresh, name), join(folder, name))
  await promisify(execFile)('cp', ['-a', join(fresh, 'data'), join(folder, 'data')])
}
