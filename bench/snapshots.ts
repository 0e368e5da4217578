import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { startPostgres } from '../local/embedded-postgres.ts'
import type { FileFormat } from '../shared/domain/datasource.ts'
import { type Contest, contend, type Outcome, timeCommand, timeProgram } from './measure.ts'
import { makeLineitem, makeWide } from './tables.ts'

const password = 'bench'

/** Snapshots of a narrow and a wide table, each against `psql` over the same transport (TCP on loopback). */
export async function benchSnapshots({ rows, wideRows, rounds }: { rows: number; wideRows: number; rounds: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'))
  const server = await startPostgres({ folder, user: 'bench', password })
  const sql = postgres({ ...server, max: 1, onnotice: () => {} })
  const environment = { PGHOST: server.host, PGPORT: String(server.port), PGUSER: 'bench', PGPASSWORD: password }
  const psql = (statement: string, end: string) => () =>
    timeCommand(`psql -X -q -d postgres -c "${statement}" ${end}`, environment)
  const take = (table: string, format: FileFormat) => () =>
    timeProgram(join(import.meta.dirname, 'take-one.ts'), { port: server.port, password, sql: table, format })
  const contest = (table: string, format: FileFormat, goal: string): Contest => ({
    what: `${table} -> ${format}`,
    goal,
    ours: take(table, format),
    reference:
      format === 'parquet'
        ? { name: 'psql binary, discarded', run: psql(`copy ${table} to stdout (format binary)`, '> /dev/null') }
        : {
            name: 'psql csv, to a file',
            run: psql(`copy ${table} to stdout (format csv, header)`, `> ${join(folder, 'out.csv')}`),
          },
  })
  try {
    await makeLineitem(sql, rows)
    await makeWide(sql, wideRows)
    const outcomes: Outcome[] = []
    for (const one of [
      contest('lineitem', 'parquet', '<= 1.05'),
      contest('wide', 'parquet', '<= 1.15'),
      contest('lineitem', 'csv', '<= 1.05'),
      contest('lineitem', 'ndjson', '<= 1.3 (zstd)'),
      contest('wide', 'csv', ''),
      contest('wide', 'ndjson', ''),
    ])
      outcomes.push(await contend(one, rounds))
    return outcomes
  } finally {
    await sql.end()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
