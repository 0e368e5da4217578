import type { DatabasesPage, Paged } from '../kind.ts'
import { noDatabase, pageOfNames } from '../sql/databases.ts'
import { systemDatabases } from './list-tables.ts'
import type { Session } from './session.ts'

/** The databases that the login may see, without the server's own. */
export async function listDatabases(
  open: () => Promise<Session>,
  { limit, after }: DatabasesPage,
): Promise<Paged<string>> {
  const session = await open()
  try {
    const rows = await session.texts(
      `SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ${systemDatabases}
       AND CAST(SCHEMA_NAME AS BINARY) > CAST(? AS BINARY) ORDER BY CAST(SCHEMA_NAME AS BINARY) LIMIT ${limit + 1}`,
      [after ?? ''],
    )
    return pageOfNames(rows, limit)
  } finally {
    await session.close()
  }
}

/** Fault not-found for a database that the login does not see. */
export async function findDatabase(open: () => Promise<Session>, name: string): Promise<void> {
  const session = await open()
  try {
    const rows = await session.texts('SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [
      name,
    ])
    if (!rows.some(([found]) => found === name)) throw noDatabase(name)
  } finally {
    await session.close()
  }
}
