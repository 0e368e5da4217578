import type { Field } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import { systemDatabases } from './list-tables.ts'
import type { Session } from './session.ts'
import { qualify, quote } from './sql.ts'
import { type Carried, carry } from './types.ts'

/** A column as it is read: its field, how it travels, and the most characters or bytes of its values. */
export interface TableColumn extends Field {
  readonly carried: Carried
  readonly length: number
}

/** What reading a table takes to know. */
export interface ResolvedTable {
  readonly table: string
  readonly database: string
  readonly name: string
  /** Quoted, for a FROM. */
  readonly from: string
  /** InnoDB for one; null for a view. */
  readonly engine: string | null
  readonly columns: readonly TableColumn[]
  /** By position in `columns`. */
  readonly comments: readonly (string | null)[]
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly (readonly string[])[]
  /** Columns that tell its rows apart, the primary key first. */
  readonly keys: readonly (readonly string[])[]
}

/**
 * The table of that name, from the live catalog. The whole text is a name of the default database first, then each
 * split of it at a dot is a database and a name. Faults: not-found, not-offered.
 */
export async function resolveTable(
  session: Session,
  database: string | undefined,
  table: string,
): Promise<ResolvedTable> {
  const found = await find(session, database, table)
  if (found === undefined) throw await unknownTable(session, database, table)
  const { name, engine, rows } = found
  const [schema, base] = name
  const from = qualify(schema, base)
  const described = await session.prepare(`SELECT ${rows.map(([column]) => quote(column!)).join(', ')} FROM ${from}`)
  const columns = rows.map(([column, native, nullable, , , characters], i): TableColumn => {
    const carried = carry(described.columns[i]!)
    return {
      name: column!,
      type: carried.type,
      nullable: nullable === 'YES',
      native: native!,
      carried,
      length: Number(characters ?? 0),
    }
  })
  const indexes = await indexesOf(session, name)
  const primaryKey = indexes.get('PRIMARY') ?? []
  const uniqueKeys = [...indexes].flatMap(([index, key]) => (index === 'PRIMARY' ? [] : [key]))
  return {
    table,
    database: schema,
    name: base,
    from,
    engine,
    columns,
    comments: rows.map(([, , , comment]) => (comment === '' ? null : comment!)),
    primaryKey,
    uniqueKeys,
    keys: [primaryKey, ...uniqueKeys],
  }
}

async function find(session: Session, database: string | undefined, table: string) {
  const names: (readonly [string, string])[] = database === undefined ? [] : [[database, table]]
  for (const { index } of table.matchAll(/\./g)) names.push([table.slice(0, index), table.slice(index + 1)])
  for (const name of names) {
    if (name.some((part) => part === '' || part.length > 64 || part.includes('\0'))) continue
    const tables = await session.texts(findSql, [...name])
    const exact = tables.find(([a, b]) => a === name[0] && b === name[1])
    if (exact === undefined) continue
    const rows = (await session.texts(columnsSql, [...name])).filter(([, , , , privileges]) =>
      /\bselect\b/i.test(privileges!),
    )
    if (rows.length > 0) return { name, engine: exact[2] ?? null, rows }
  }
  return undefined
}

const findSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND TABLE_SCHEMA NOT IN ${systemDatabases}`

const columnsSql = `
  SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_COMMENT, PRIVILEGES, CHARACTER_MAXIMUM_LENGTH
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`

/** Unique ones, of whole columns, the primary key first. */
async function indexesOf(session: Session, name: readonly [string, string]): Promise<Map<string, string[]>> {
  const rows = await session.texts(indexesSql, [...name])
  const indexes = new Map<string, string[]>()
  const partial = new Set<string>()
  for (const [index, column, part] of rows) {
    if (column === null || part !== null) partial.add(index!)
    else indexes.set(index!, [...(indexes.get(index!) ?? []), column!])
  }
  for (const index of partial) indexes.delete(index)
  return indexes
}

const indexesSql = `
  SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0
  ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`

export async function unknownTable(session: Session, database: string | undefined, table: string): Promise<Fault> {
  const rows = await session.texts(namesSql)
  const shown = ([schema, name]: readonly (string | null)[]) => (schema === database ? name! : `${schema}.${name}`)
  const elsewhere = rows.filter(([, name]) => name === table).map(shown)
  const near = [...new Set([...elsewhere, ...nearest(table, rows.map(shown))])].slice(0, 3)
  return new Fault('not-found', `There is no table ${JSON.stringify(table)} that the login may read.`, {
    hint: near.length > 0 ? `Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?` : undefined,
  })
}

const namesSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN ${systemDatabases}
  ORDER BY TABLE_SCHEMA, TABLE_NAME LIMIT 5000`
