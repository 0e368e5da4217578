import type { Schema } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { matchColumns } from '../sql/written-columns.ts'
import { resolveTable } from './resolve-table.ts'
import type { Session } from './session.ts'
import { type Room, refusalOf, roomOf } from './written-types.ts'

/** A table that rows are added to. */
export interface Target {
  readonly database: string
  /** Quoted. */
  readonly from: string
  /** Of the columns, by position of the rows' own. */
  readonly names: readonly string[]
  readonly rooms: readonly (Room | undefined)[]
}

/** Faults: not-found, not-offered for a table without transactions, invalid-request where columns do not fit. */
export async function findTarget(
  session: Session,
  database: string | undefined,
  { table, schema }: { readonly table: string; readonly schema: Schema },
): Promise<Target> {
  const found = await resolveTable(session, database, table)
  if (found.engine !== 'InnoDB') throw noTransactions(table)
  const matched = matchColumns(schema, found.columns, refusalOf(session.server))
  return {
    database: found.database,
    from: found.from,
    names: matched.map(({ name }) => name),
    rooms: matched.map(({ native }) => roomOf(native)),
  }
}

const noTransactions = (table: string): Fault =>
  new Fault('not-offered', `${JSON.stringify(table)} is kept by an engine without transactions, or is a view.`, {
    hint: 'Rows could be added in part: have the table kept by InnoDB, or use the mode `replace`.',
  })
