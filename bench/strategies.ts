import { contend, type Outcome } from './measure.ts'
import { makeLineitem } from './tables.ts'
import { withPostgres } from './with-postgres.ts'

/** Snapshots that need not read everything again, and one that is read by several connections, each against one whole COPY. */
export const benchStrategies = ({ rows, rounds }: { rows: number; rounds: number }): Promise<Outcome[]> =>
  withPostgres(async ({ sql, psql, take }) => {
    await makeLineitem(sql, rows)
    await sql.unsafe('alter table lineitem add primary key (l_orderkey, l_linenumber)')
    const change = `update lineitem set l_tax = l_tax where l_orderkey % 100 = 0`
    const reference = {
      name: 'psql binary, discarded',
      run: psql('copy lineitem to stdout (format binary)', '> /dev/null'),
    }
    const second = (datasource: object, change = 'select 1') =>
      take('lineitem', { datasource: { format: 'parquet', ...datasource }, change })
    const merge = { kind: 'incremental', mode: 'merge', fullEvery: 100 }
    const outcomes: Outcome[] = []
    for (const [what, ours] of [
      ['unchanged, no version', second({ skipUnchanged: true })],
      ['unchanged, a version of the same parts', second({ reuseUnchanged: true })],
      ['increment, nothing new', second({ strategy: { ...merge, deletes: false } })],
      ['increment, 1 % changed', second({ strategy: { ...merge, deletes: false } }, change)],
      ['increment, 1 % changed, deletes found', second({ strategy: { ...merge, deletes: true } }, change)],
      ['by one connection', take('lineitem', { datasource: { format: 'parquet' }, budget: 1 })],
      ['by partitions, 4 connections', take('lineitem', { datasource: { format: 'parquet' }, budget: 4 })],
    ] as const)
      outcomes.push(await contend({ what, goal: '', ours, reference }, rounds))
    return outcomes
  })
