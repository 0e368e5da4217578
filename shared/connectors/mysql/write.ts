import type { Rows } from '../../domain/batch.ts'
import type { Showing, TableWriter } from '../../domain/writer.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import type { Config } from './config.ts'
import { findTarget } from './find-target.ts'
import { mysqlGatherer } from './gather.ts'
import { insertAll } from './insert-all.ts'
import { loadDriver } from './login.ts'
import { replaceTable } from './replace-table.ts'
import { type Dialler, openSession, type Session } from './session.ts'
import { toWriteFault } from './write-refusals.ts'

const cellBytes = 64 << 20

/** Writes rows by INSERT: into a table that is swapped in, or in one transaction. */
export async function openMysqlWriter(at: OpenAt<Config, Credential>): Promise<TableWriter> {
  const dialler: Dialler = { ...at, driver: await loadDriver(), cellBytes, writes: true }
  const { database } = at.config
  const sessions = new Set<Session>()
  const open = async (signal = at.signal) => {
    const session = await openSession({ ...dialler, signal })
    sessions.add(session)
    return session
  }
  return {
    to: 'tables',
    async put(table, rows, { mode, ready }) {
      try {
        if (mode === 'replace') await replaceTable(open, { database, table, rows, ready })
        else await append(await open(), { database, table, rows, ready })
      } catch (thrown) {
        throw toWriteFault(thrown)
      }
    },
    gatherer: mysqlGatherer(open, database),
    async close() {
      await Promise.all([...sessions].map((session) => session.close()))
      sessions.clear()
    },
  }
}

interface Put extends Showing {
  readonly database: string | undefined
  readonly table: string
  readonly rows: Rows
}

async function append(session: Session, { database, table, rows, ready }: Put): Promise<void> {
  const target = await findTarget(session, database, { table, schema: rows.schema })
  await session.command('START TRANSACTION')
  await insertAll(session, { ...target, rows })
  await ready()
  await session.command('COMMIT')
}
