import type { Filter } from '../../domain/filter.ts'
import { selectColumns, told } from './read-table.ts'
import { resolveTable } from './resolve-table.ts'
import type { Session } from './session.ts'
import { columnSql, createBinds } from './sql.ts'
import { whereSql } from './where.ts'

/**
 * A digest of the columns and of every row as it would be copied, in whatever order they lie. Nothing cheaper is exact:
 * the counters of changes are lost in a crash and come late, a file's size and time stay when rows are updated in place,
 * and `xmin` says nothing of rows that are gone. The server reads every row and sends one: two sums of 64 bits, each of
 * hashes with a seed of its own, so that equal sums of different rows are no chance to reckon with.
 */
export async function fingerprintTable(
  open: () => Promise<Session>,
  name: string,
  { select, where }: { readonly select?: readonly string[] | undefined; readonly where?: Filter | undefined },
): Promise<string> {
  const session = await open()
  const named: string[] = []
  try {
    const table = await resolveTable(session, name)
    const columns = selectColumns(table, select)
    const binds = createBinds()
    const values = columns.map((column) => `${columnSql(column.name)}${column.carried.cast}`).join(', ')
    const condition = where ? ` WHERE ${whereSql(where, table.columns, binds, named)}` : ''
    const places = columns.map((_, i) => `c${i}`).join(', ')
    const sums = [0, 1].map((seed) => `sum(hashtextextended(q::text COLLATE "C", ${seed})::numeric)`).join(', ')
    const rows = await session.texts({
      sql: `SELECT count(*), ${sums} FROM (SELECT ${values} FROM ${table.from} t${condition}) q(${places})`,
      parameters: binds.parameters,
      types: binds.types,
    })
    return JSON.stringify([columns.map(({ name, native, nullable }) => [name, native, nullable]), ...rows])
  } catch (error) {
    throw told(error, named)
  } finally {
    await session.close()
  }
}
