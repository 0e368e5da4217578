import type { TableDescription } from '../kind.ts'
import { tableInfos } from './list-tables.ts'
import { resolveTable, unknownTable } from './resolve-table.ts'
import type { Session } from './session.ts'

/** Fault not-found. */
export async function describeTable(
  open: () => Promise<Session>,
  database: string | undefined,
  table: string,
): Promise<TableDescription> {
  const session = await open()
  try {
    const resolved = await resolveTable(session, database, table)
    const [info] = await tableInfos(session, [[resolved.database, resolved.name]], database)
    // It was dropped a moment ago.
    if (info === undefined) throw await unknownTable(session, database, table)
    return {
      ...info,
      columns: resolved.columns.map(({ name, type, nullable, native }) => ({ name, type, nullable, native })),
      comments: resolved.comments,
      primaryKey: resolved.primaryKey,
      uniqueKeys: resolved.uniqueKeys,
    }
  } finally {
    await session.close()
  }
}
