import { join } from 'node:path'
import type { DatasourceRecord } from '../shared/domain/datasource.ts'
import { type Contest, contend, type Outcome } from './measure.ts'
import { makeLineitem, makeWide } from './tables.ts'
import { withPostgres } from './with-postgres.ts'

interface Size {
  readonly rows: number
  readonly wideRows: number
  readonly rounds: number
}

/** Snapshots of a narrow and a wide table, each against `psql` over the same transport (TCP on loopback). */
export const benchSnapshots = ({ rows, wideRows, rounds }: Size): Promise<Outcome[]> =>
  withPostgres(async ({ sql, folder, psql, take }) => {
    const contest = (
      table: string,
      format: DatasourceRecord['format'],
      goal: string,
      compression: DatasourceRecord['compression'] = 'none',
    ): Contest => ({
      what: `${table} -> ${format}${compression === 'none' ? '' : `, ${compression}`}`,
      goal,
      ours: take(table, { datasource: { format, compression } }),
      reference:
        format === 'parquet'
          ? { name: 'psql binary, discarded', run: psql(`copy ${table} to stdout (format binary)`, '> /dev/null') }
          : {
              name: 'psql csv, to a file',
              run: psql(`copy ${table} to stdout (format csv, header)`, `> ${join(folder, 'out.csv')}`),
            },
    })
    await makeLineitem(sql, rows)
    await makeWide(sql, wideRows)
    const outcomes: Outcome[] = []
    for (const one of [
      contest('lineitem', 'parquet', '<= 1.05'),
      contest('wide', 'parquet', '<= 1.15'),
      contest('lineitem', 'csv', '<= 1.05'),
      contest('lineitem', 'csv', '<= 0.8', 'zstd'),
      contest('lineitem', 'csv', '<= 1.2', 'gzip'),
      contest('lineitem', 'ndjson', ''),
      contest('lineitem', 'ndjson', '<= 1.3', 'zstd'),
      contest('wide', 'csv', ''),
      contest('wide', 'ndjson', ''),
    ])
      outcomes.push(await contend(one, rounds))
    return outcomes
  })
