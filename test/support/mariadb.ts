import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, describe, test } from 'vitest'
import { madeOnce } from './made-once.ts'
import type { Login } from './open-database.ts'
import { installMariadb, mariadbMissing, startMariadb } from './start-mariadb.ts'

export interface TestMariadb {
  readonly host: '127.0.0.1'
  readonly port: number
  /** What the server keeps; it may read and write there. */
  readonly folder: string
  readonly database: 'warehouse'
  /** May do anything. */
  readonly superuser: Login
  /** May read, write and create in the database warehouse. */
  readonly writer: Login
  /** May read the databases warehouse and extra, and nothing else. */
  readonly reader: Login
  /** As the superuser; several statements at once are fine: the rows of the last. Everything comes as text. */
  sql(text: string): Promise<readonly (readonly (string | null)[])[]>
  /** Starts it again with these options besides. */
  restart(options: readonly string[]): Promise<void>
}

/**
 * Tests against a MariaDB of their own, one a file; where there is none, one test that is skipped and says why.
 * `needs`: what else is missing.
 */
export function describeMariadb(
  name: string,
  ...rest:
    | [body: (server: TestMariadb) => void]
    | [more: { options?: readonly string[]; needs?: string | undefined }, body: (server: TestMariadb) => void]
): void {
  const [more, body] = rest.length === 1 ? [{}, rest[0]] : rest
  const missing = mariadbMissing ?? more.needs
  if (missing === undefined) describe(name, async () => body(await testMariadb(more.options)))
  else describe(name, () => test.skip(`holds at a real server (skipped: ${missing})`, () => {}))
}

/** A MariaDB of a test file's own, ended and removed after its last test. */
async function testMariadb(options: readonly string[] = []): Promise<TestMariadb> {
  const superuser = { user: 'root', password: 'super-pässword-6f1d' }
  const writer = { user: 'writer', password: 'writer-pässword-9a27' }
  const reader = { user: 'reader', password: 'reader-pässword-c03e' }
  const folder = await mkdtemp(join(tmpdir(), 'headgate-test-'))
  const installed = await madeOnce('mariadb', installMariadb)
  await promisify(execFile)('cp', ['-a', join(installed, 'data'), join(folder, 'data')])
  const server = await startMariadb(folder, superuser, options)
  const admin = async () =>
    createConnection({
      host: '127.0.0.1',
      port: server.port,
      ...superuser,
      database: 'warehouse',
      multipleStatements: true,
      rowsAsArray: true,
      charset: 'utf8mb4',
      typeCast: (field) => field.string(),
    })
  let connection: Connection = await admin()
  afterAll(async () => {
    await connection.end()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  await connection.query(`
    CREATE DATABASE extra; CREATE DATABASE closed;
    CREATE USER writer@'%' IDENTIFIED BY '${writer.password}'; CREATE USER reader@'%' IDENTIFIED BY '${reader.password}';
    GRANT ALL ON warehouse.* TO writer@'%'; GRANT SELECT ON warehouse.* TO reader@'%'; GRANT SELECT ON extra.* TO reader@'%'`)
  return {
    host: '127.0.0.1',
    port: server.port,
    folder,
    database: 'warehouse',
    superuser,
    writer,
    reader,
    async sql(text) {
      const [rows] = await connection.query(text)
      if (!Array.isArray(rows)) return []
      const sets = rows as unknown[]
      const last = Array.isArray(sets.at(-1)) && Array.isArray((sets.at(-1) as unknown[])[0]) ? sets.at(-1) : sets
      return (Array.isArray(last) ? last : []) as (string | null)[][]
    },
    async restart(more) {
      await connection.end()
      await server.restart([...options, ...more])
      connection = await admin()
    },
  }
}
