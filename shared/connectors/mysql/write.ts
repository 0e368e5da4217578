import type { Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Showing, TableWriter } from '../../domain/writer.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../sql/config.ts'
import { matchColumns } from '../sql/written-columns.ts'
import type { Config } from './config.ts'
import { insertAll } from './insert-all.ts'
import { loadDriver } from './login.ts'
import { replaceTable } from './replace-table.ts'
import { resolveTable } from './resolve-table.ts'
import { type Dialler, openSession, type Session } from './session.ts'
import { toWriteFault } from './write-refusals.ts'
import { refusalOf, roomOf } from './written-types.ts'

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
  const { from, columns, engine } = await resolveTable(session, database, table)
  if (engine !== 'InnoDB') throw noTransactions(table)
  const matched = matchColumns(rows.schema, columns, refusalOf(session.server))
  const names = matched.map(({ name }) => name)
  await session.command('START TRANSACTION')
  await insertAll(session, { from, names, rows, rooms: matched.map(({ native }) => roomOf(native)) })
  await ready()
  await session.command('COMMIT')
}

const noTransactions = (table: string): Fault =>
  new Fault('not-offered', `${JSON.stringify(table)} is kept by an engine without transactions, or is a view.`, {
    hint: 'Rows could be added in part: have the table kept by InnoDB, or use the mode `replace`.',
  })
