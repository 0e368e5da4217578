import type { DatabasesPage, Paged } from '../kind.ts'
import { pageOfNames } from '../sql/databases.ts'
import type { Session } from './session.ts'

/** The databases that the login may connect to. */
export async function listDatabases(
  open: () => Promise<Session>,
  { limit, after }: DatabasesPage,
): Promise<Paged<string>> {
  const session = await open()
  try {
    const sql = `
      SELECT datname FROM pg_database
      WHERE datallowconn AND NOT datistemplate AND has_database_privilege(oid, 'CONNECT') AND datname > $1::name
      ORDER BY datname LIMIT $2`
    return pageOfNames(
      await session.texts({ sql, types: [25, 20], parameters: [after ?? '', String(limit + 1)] }),
      limit,
    )
  } finally {
    await session.close()
  }
}
