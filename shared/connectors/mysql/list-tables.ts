import { Fault } from '../../domain/faults.ts'
import type { Paged, TableInfo, TableKind, TablesPage } from '../kind.ts'
import type { Session } from './session.ts'

/** Databases of the server's own. */
export const systemDatabases = `('mysql', 'information_schema', 'performance_schema', 'sys')`

/** What the login may read of a table is told by its columns. */
export const isReadable = "FIND_IN_SET('select', LOWER(REPLACE(PRIVILEGES, ' ', ''))) > 0"

/** Engines that keep their rows elsewhere. */
const foreignEngines = ['FEDERATED', 'CONNECT', 'SPIDER', 'S3', 'OQGRAPH']

/** One page in the order of database and name, by byte. */
export async function listTables(
  open: () => Promise<Session>,
  database: string | undefined,
  page: TablesPage,
): Promise<Paged<TableInfo>> {
  const session = await open()
  try {
    const items: TableInfo[] = []
    let after = page.after === undefined ? undefined : parseAfter(page.after)
    for (;;) {
      const wanted = page.limit - items.length
      const names = await namesAfter(session, page, after, wanted + 1)
      const here = names.slice(0, wanted)
      items.push(...(await tableInfos(session, here, database)))
      after = here.at(-1) ?? after
      if (names.length <= wanted) return { items, next: null }
      // Tables that may not be read are left out, and make room for others.
      if (items.length === page.limit) return { items, next: JSON.stringify(after) }
    }
  } finally {
    await session.close()
  }
}

type TableName = readonly [database: string, name: string]

async function namesAfter(
  session: Session,
  { database, schema, search }: TablesPage,
  after: TableName | undefined,
  limit: number,
): Promise<TableName[]> {
  const parameters: string[] = []
  const conditions = [`TABLE_SCHEMA NOT IN ${systemDatabases}`, "TABLE_TYPE NOT IN ('SEQUENCE', 'TEMPORARY')"]
  const add = (condition: string, ...values: string[]) => {
    conditions.push(condition)
    parameters.push(...values)
  }
  // What others call a database and a schema is one thing here.
  for (const one of [database, schema]) if (one !== undefined) add('TABLE_SCHEMA = ?', one)
  if (search !== undefined) add(`LOCATE(LOWER(?), LOWER(CONCAT(TABLE_SCHEMA, '.', TABLE_NAME))) > 0`, search)
  if (after)
    add(
      `(${binary('TABLE_SCHEMA')} > ${binary('?')} OR ${binary('TABLE_SCHEMA')} = ${binary('?')} AND ${binary('TABLE_NAME')} > ${binary('?')})`,
      after[0],
      ...after,
    )
  const rows = await session.texts(
    `SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE ${conditions.join(' AND ')}
     ORDER BY ${binary('TABLE_SCHEMA')}, ${binary('TABLE_NAME')} LIMIT ${limit}`,
    parameters,
  )
  // Where the server compares without case, another database's tables come too.
  return rows.map(([a, b]) => [a!, b!] as const).filter(([a]) => a === (schema ?? database ?? a))
}

/** Names are told apart by their bytes, whatever the catalog's collation. */
const binary = (sql: string): string => `CAST(${sql} AS BINARY)`

/** Those of the named tables that the login may read, in the same order. */
export async function tableInfos(
  session: Session,
  names: readonly TableName[],
  database: string | undefined,
): Promise<TableInfo[]> {
  if (names.length === 0) return []
  // Named one by one: the server looks into no other table's files.
  const rows = await session.texts(
    names.map(() => `(${infoSql})`).join(' UNION ALL '),
    names.flatMap((name) => [...name, ...name]),
  )
  const infos = new Map(rows.map((row) => [JSON.stringify(row.slice(0, 2)), tableInfo(row, database)]))
  return names.flatMap((name) => infos.get(JSON.stringify(name)) ?? [])
}

const infoSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, CREATE_OPTIONS, TABLE_COMMENT, TABLE_ROWS,
    DATA_LENGTH + INDEX_LENGTH
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND EXISTS (
    SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND ${isReadable})`

function tableInfo(row: readonly (string | null)[], database: string | undefined): TableInfo {
  const [schema, name, type, engine, options, comment, rows, bytes] = row
  const kind = kindOf(type!, engine ?? null, options ?? null)
  return {
    table: schema === database ? name! : `${schema}.${name}`,
    schema: schema!,
    name: name!,
    kind,
    // For a view the server writes a word, or why the view is broken.
    comment: kind === 'view' || comment === '' || comment == null ? null : comment,
    estimate: kind === 'view' || rows == null ? null : Number(rows),
    bytes: kind === 'view' || bytes == null ? null : Number(bytes),
  }
}

export function kindOf(type: string, engine: string | null, options: string | null): TableKind {
  if (/VIEW$/.test(type)) return 'view'
  if (engine !== null && foreignEngines.includes(engine.toUpperCase())) return 'foreign'
  return options !== null && /\bpartitioned\b/i.test(options) ? 'partitioned' : 'table'
}

function parseAfter(after: string): TableName {
  try {
    const value: unknown = JSON.parse(after)
    if (Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string'))
      return value as unknown as TableName
  } catch {
    // Told below.
  }
  throw new Fault('invalid-request', 'The cursor is not one of this list.')
}
