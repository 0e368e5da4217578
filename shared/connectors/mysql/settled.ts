import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../domain/faults.ts'
import { ServerError } from './refusals.ts'
import type { ResolvedTable, TableColumn } from './resolve-table.ts'
import type { Session } from './session.ts'
import { columnSql } from './sql.ts'

/** The highest value of the column at a moment, which is over at `at`: seconds since 1970 of the server's clock. */
interface Highest {
  readonly at: number
  readonly value: string
}

/** Where the next increment begins. */
export interface Mark {
  /** Where the table is, and since when: where that is another, values mean nothing. */
  readonly place: string
  /** No row is written below it any more; null: nobody knows of any such value. */
  readonly low: string | null
  readonly highest: readonly Highest[]
  /** Whether the transactions in flight were known, or taken to last no longer than an hour. */
  readonly isProven: boolean
}

/** The server's number for a privilege that is missing: here PROCESS. */
const denied = 1227
const longestSeconds = 3600
const mostMarks = 200

/**
 * What is settled of a table, as values of a column that grows: each write gives it a value that is not below the highest
 * that was there when its transaction began. So nothing is written any more below the highest value of a moment before the
 * oldest transaction in flight began. To be asked on a session of its own, before the one that reads.
 */
export async function readSettled(
  session: Session,
  table: ResolvedTable,
  { name, carried, native }: TableColumn,
  last: Mark | null,
): Promise<Mark> {
  if (table.engine !== 'InnoDB')
    throw new Fault('not-offered', `What is new can be told of tables of InnoDB, and ${table.table} is none.`, {
      hint: 'Choose the strategy "full".',
    })
  if (!['number', 'date', 'datetime', 'timestamp'].includes(carried.compared) || /^(enum|set|bit)\b/i.test(native))
    throw new Fault('invalid-request', `The values of ${JSON.stringify(name)} are no numbers or times that grow.`, {
      hint: 'Choose a column like updated_at, or an increasing id.',
    })
  const place = await placeOf(session, table)
  const [[value] = []] = await session.texts(`SELECT MAX(${columnSql(name)}) FROM ${table.from} AS t`)
  const [[at] = []] = await session.texts('SELECT CEILING(UNIX_TIMESTAMP(SYSDATE(6)))')
  const oldest = await oldestInFlight(session)
  const before = last !== null && last.place === place ? last : { low: null, highest: [] }
  const highest = value == null ? before.highest : [...before.highest, { at: Number(at), value }]
  const settled = highest.findLastIndex((each) => each.at <= (oldest ?? Number(at) - longestSeconds))
  return {
    place,
    low: settled < 0 ? before.low : highest[settled]!.value,
    highest: highest.slice(Math.max(0, settled)).slice(-mostMarks),
    isProven: oldest !== undefined,
  }
}

/**
 * When the oldest transaction that may write began; endless where there is none, undefined where it cannot be known. The
 * server shows its transactions as they were up to 100 ms ago, or longer where others keep asking: they are those of now
 * where ours is shown with this very question.
 */
async function oldestInFlight(session: Session): Promise<number | undefined> {
  try {
    for (let tries = 0; tries < mostTries; tries++) {
      const [[isOfNow, oldest] = []] = await session.texts(oldestSql)
      if (isOfNow === '1') return oldest == null ? Number.POSITIVE_INFINITY : Number(oldest)
      await sleep(staleMs)
    }
    return undefined
  } catch (error) {
    if (error instanceof ServerError && error.number === denied) return undefined
    throw error
  }
}

const staleMs = 120
const mostTries = 20

/** The server shows when they began in its own time zone. */
const oldestSql = `
  SELECT
    MAX(trx_mysql_thread_id = CONNECTION_ID() AND trx_query LIKE '%INNODB_TRX%'),
    MIN(IF(
      trx_is_read_only = 0 AND trx_mysql_thread_id <> CONNECTION_ID(),
      UNIX_TIMESTAMP(CONVERT_TZ(trx_started, 'SYSTEM', '+00:00')), NULL))
  FROM information_schema.INNODB_TRX`

/** Where a table is, and since when. */
export async function placeOf(session: Session, { database, name }: ResolvedTable): Promise<string> {
  const [[place] = []] = await session.texts(placeSql, [database, name])
  return place!
}

const placeSql = `
  SELECT CONCAT(@@hostname, ':', @@port, ' ', TABLE_SCHEMA, '.', TABLE_NAME, ' ', CREATE_TIME)
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`
