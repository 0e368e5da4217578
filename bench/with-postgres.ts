import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { startPostgres } from '../local/embedded-postgres.ts'
import { type Measured, timeCommand, timeProgram } from './measure.ts'

export interface BenchServer {
  readonly sql: Sql
  /** A folder that is gone afterwards. */
  readonly folder: string
  /** `psql -c` of a statement, what it prints sent to `end`. */
  psql(statement: string, end: string): () => Promise<Measured>
  /** One snapshot of the table, as `take-one.ts` takes it. */
  take(table: string, settings: object): () => Promise<Measured>
}

/** A PostgreSQL server of its own for as long as `run` takes. */
export async function withPostgres<T>(run: (server: BenchServer) => Promise<T>): Promise<T> {
  const password = 'bench'
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'))
  const server = await startPostgres({ folder, user: 'bench', password })
  const sql = postgres({ ...server, max: 1, onnotice: () => {} })
  const environment = { PGHOST: server.host, PGPORT: String(server.port), PGUSER: 'bench', PGPASSWORD: password }
  try {
    return await run({
      sql,
      folder,
      psql: (statement, end) => () => timeCommand(`psql -X -q -d postgres -c "${statement}" ${end}`, environment),
      take: (table, settings) => () =>
        timeProgram(join(import.meta.dirname, 'take-one.ts'), { port: server.port, password, sql: table, ...settings }),
    })
  } finally {
    await sql.end()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
