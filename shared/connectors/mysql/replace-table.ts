import { createHash, randomBytes } from 'node:crypto'
import type { Rows, Schema } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Showing } from '../../domain/writer.ts'
import { checkNames } from '../sql/written-columns.ts'
import type { Greeting } from './greeting.ts'
import { insertBeside } from './insert-all.ts'
import { systemDatabases } from './list-tables.ts'
import type { Session } from './session.ts'
import { qualify, quote } from './sql.ts'
import { nativeOf } from './written-types.ts'

export interface Replacing extends Showing {
  readonly database: string | undefined
  readonly table: string
  readonly rows: Rows
}

const nameCharacters = 64
const cleanUpMs = 10_000

/**
 * Fills a table beside, and swaps the two by one RENAME, which others see as one step. Statements that make tables end
 * transactions there: so what a worker that died has left lies beside, and the next one that replaces the same table removes it.
 */
export async function replaceTable(
  open: (signal?: AbortSignal) => Promise<Session>,
  { database, table, rows, ready }: Replacing,
): Promise<void> {
  const session = await open()
  const definitions = definitionsOf(rows.schema, session.server)
  const place = await findPlace(session, database, table)
  const lock = createHash('sha256').update(`${place.database}.${place.name}`).digest('hex').slice(0, 16)
  const [[isFree] = []] = await session.texts('SELECT GET_LOCK(?, 0)', [`headgate ${lock}`])
  if (isFree !== '1') throw new Fault('conflict', `Another export is replacing ${JSON.stringify(table)} just now.`)
  await removeLeft(session, place.database, lock)
  const beside = qualify(place.database, `headgate_${lock}_${randomBytes(4).toString('hex')}`)
  const gone = qualify(place.database, `headgate_${lock}_old_${randomBytes(4).toString('hex')}`)
  const target = qualify(place.database, place.name)
  try {
    await session.command(`CREATE TABLE ${beside} ${definitions}`)
    const names = rows.schema.map(({ name }) => name)
    await insertBeside(session, { from: beside, names, rows, rooms: [] })
    await ready()
    const away = place.isThere ? `${target} TO ${gone}, ` : ''
    await session.command(`RENAME TABLE ${away}${beside} TO ${target}`)
  } catch (thrown) {
    await removeBeside(open, beside)
    throw thrown
  }
  // What this fails to remove, the next replacing does: the new table is there.
  if (place.isThere) await session.command(`DROP TABLE ${gone}`).catch(() => {})
}

/** What stands behind the name of a table that is made for such rows. Faults: invalid-request, not-offered. */
export function definitionsOf(schema: Schema, server: Greeting): string {
  checkNames(schema, 4 * nameCharacters)
  if (schema.length === 0) throw new Fault('not-offered', 'A table there has at least one column.')
  const columns = schema.map((field) => `${quote(field.name)} ${nativeOf(field, server)} NULL`)
  return `(${columns.join(', ')}) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`
}

/** By a session of its own: the other may be over because its signal has aborted. */
async function removeBeside(open: (signal?: AbortSignal) => Promise<Session>, beside: string): Promise<void> {
  try {
    const session = await open(AbortSignal.timeout(cleanUpMs))
    await session.command(`DROP TABLE IF EXISTS ${beside}`)
  } catch {
    // the next one that replaces the table does it
  }
}

/** Tables that workers left that died, while nobody else can be at it. */
async function removeLeft(session: Session, database: string, lock: string): Promise<void> {
  const left = await session.texts(leftSql, [database, `headgate\\_${lock}\\_%`])
  for (const [name] of left) await session.command(`DROP TABLE IF EXISTS ${qualify(database, name!)}`)
}

const leftSql = 'SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME LIKE ?'

export interface Place {
  readonly database: string
  readonly name: string
  readonly isThere: boolean
}

/** Where a table of that name is, or is to be. Faults: not-found for a database, invalid-request, conflict. */
export async function findPlace(session: Session, database: string | undefined, table: string): Promise<Place> {
  const names: (readonly [string, string])[] = database === undefined ? [] : [[database, table]]
  for (const { index } of table.matchAll(/\./g)) names.push([table.slice(0, index), table.slice(index + 1)])
  for (const [schema, name] of names) {
    const found = await session.texts(findSql, [schema, name])
    const [row] = found.filter(([a, b]) => a === schema && b === name)
    if (row === undefined) continue
    if (row[2] !== 'BASE TABLE') throw noTable(table)
    const references = await session.texts(referencesSql, [schema, name, schema, name])
    if (references.length > 0)
      throw new Fault('conflict', `Keys of other tables refer to ${JSON.stringify(table)}.`, {
        hint: 'Use the mode `append`, or drop those keys.',
      })
    return { database: schema, name, isThere: true }
  }
  for (const [schema, name] of names.toReversed()) {
    const known = await session.texts(databaseSql, [schema])
    if (known.length === 0) continue
    if (name === '' || [...name].length > nameCharacters || /\0|[ ]$/.test(name)) throw noTable(table)
    return { database: schema, name, isThere: false }
  }
  throw new Fault('not-found', `There is no database for the table ${JSON.stringify(table)}.`, {
    hint: 'Name it as database.table, or set the database of the connector.',
  })
}

const findSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND TABLE_SCHEMA NOT IN ${systemDatabases}`

const databaseSql = `
  SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ? AND SCHEMA_NAME NOT IN ${systemDatabases}`

const referencesSql = `
  SELECT 1 FROM information_schema.KEY_COLUMN_USAGE
  WHERE REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME = ? AND NOT (TABLE_SCHEMA = ? AND TABLE_NAME = ?) LIMIT 1`

const noTable = (table: string): Fault =>
  new Fault('invalid-request', `${JSON.stringify(table)} is no plain table, and cannot be replaced.`, {
    hint: 'Name another table, or use the mode `append`.',
  })
