import type { View } from '../kind.ts'
import type { Selection } from './config.ts'
import { describe, valuesOf } from './query.ts'
import { ServerError } from './refusals.ts'
import { resolveTable } from './resolve-table.ts'
import { type Session, viewLost } from './session.ts'

/**
 * The session's moment, exported: others see it for as long as the session lives, and they may export it again in their
 * turn. What the selections name is locked against alterations, as everybody who reads it does. Null where the server
 * exports nothing.
 */
export async function holdView(session: Session, selections: readonly Selection[]): Promise<View | null> {
  for (const selection of selections)
    if ('table' in selection) await checkWhole(session, (await resolveTable(session, selection.table)).oid)
    else await describe(session, selection.sql.replace(/[;\s]+$/, ''), valuesOf(selection.parameters))
  let token: string
  try {
    const [row] = await session.texts({ sql: 'SELECT pg_export_snapshot()' })
    token = row![0]!
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    await session.close()
    return null
  }
  return {
    token,
    async check() {
      await session.texts({ sql: 'SELECT 1' }).catch((error) => {
        throw viewLost(error)
      })
    },
    close: () => session.close(),
  }
}

/** A table that was emptied or written anew after the moment, and before it was locked, is no more what it was then. */
async function checkWhole(session: Session, oid: string): Promise<void> {
  const [row] = await session.texts({
    sql: `SELECT c.relkind IN ('r', 'm') AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid)
      FROM pg_class c WHERE c.oid = $1`,
    types: [26],
    parameters: [oid],
  })
  if (row?.[0] === 't') throw viewLost()
}
