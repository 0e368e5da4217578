import type { Field } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import { readable } from './list-tables.ts'
import type { Described } from './messages.ts'
import type { Session } from './session.ts'
import { arrayText, qualify, quote } from './sql.ts'
import { type Carried, carry, isMoney } from './types.ts'

/** A column as it is read: its field, how it travels, and the OID of its type, of a domain's base type. */
export interface TableColumn extends Field {
  readonly carried: Carried
  readonly oid: number
}

/** What reading a table takes to know. */
export interface ResolvedTable {
  readonly oid: string
  readonly table: string
  /** Quoted, for a FROM. */
  readonly from: string
  readonly columns: readonly TableColumn[]
  /** Numbers of the columns, as other catalogs name them. */
  readonly numbers: readonly number[]
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly (readonly string[])[]
  /** Columns that tell its rows apart, the primary key first. */
  readonly keys: readonly (readonly string[])[]
  /** What tells its rows apart where no key does: by place, by partition and place, or only by content. */
  readonly places: 'ctid' | 'tableoid-ctid' | 'none'
}

/**
 * The table of that name, from the live catalog; held against changes until the session ends. The whole text is a
 * name of the default schema first, then each split of it at a dot is a schema and a name. Fault not-found.
 */
export async function resolveTable(session: Session, table: string): Promise<ResolvedTable> {
  const dots = [...table.matchAll(/\./g)].map(({ index }) => index)
  const names = arrayText([table, ...dots.map((at) => table.slice(at + 1))])
  const [found] = table.includes('\0')
    ? []
    : await session.texts({ sql: findSql, types: [25, 1003], parameters: [table, names] })
  if (found === undefined) throw await unknownTable(session, table)
  const [oid, schema, name, kind, isWhole, hasHeirs, columnsJson, keysJson] = found as string[]
  const rows = (JSON.parse(columnsJson ?? 'null') ?? []) as [number, string, string, boolean][]
  const byNumber = new Map(rows.map(([number, column]) => [number, column]))
  const indexes = ((JSON.parse(keysJson ?? 'null') ?? []) as [boolean, string, number][]).map(
    ([isPrimary, numbers, count]) => ({
      isPrimary,
      columns: numbers
        .split(' ')
        .slice(0, count)
        .map((number) => byNumber.get(Number(number))),
    }),
  )
  const keysOf = (isPrimary: boolean): string[][] =>
    indexes.flatMap(({ columns, ...index }) =>
      index.isPrimary === isPrimary && columns.every((column) => column !== undefined) ? [columns as string[]] : [],
    )
  const [primaryKey = [], uniqueKeys] = [keysOf(true)[0], keysOf(false)]
  const from = qualify(schema!, name!)
  const select = `SELECT ${rows.map(([, column]) => quote(column)).join(', ')} FROM ${from}`
  const described = rows.length === 0 ? [] : await session.describe({ sql: select })
  const columns = await carryAll(session, described ?? [], (column, carried, i): TableColumn => {
    const [, columnName, native, notNull] = rows[i]!
    return { name: columnName, type: carried.type, nullable: !notNull, native, carried, oid: column.type }
  })
  const hasPlaces =
    isWhole === 't' && (kind === 'r' || kind === 'm' || (kind === 'p' && !(await hasForeignPart(session, oid!))))
  return {
    oid: oid!,
    table,
    from,
    columns,
    numbers: rows.map(([number]) => number),
    primaryKey,
    uniqueKeys,
    // The keys of a table that others inherit from do not hold for the rows of these.
    keys: kind === 'r' && hasHeirs === 't' ? [] : [primaryKey, ...uniqueKeys],
    places: !hasPlaces ? 'none' : kind === 'p' || hasHeirs === 't' ? 'tableoid-ctid' : 'ctid',
  }
}

/** Each described column with how it travels. Asks the server for its currency's digits where that matters. */
export async function carryAll<T>(
  session: Session,
  described: readonly Described[],
  make: (column: Described, carried: Carried, index: number) => T,
): Promise<T[]> {
  let moneyScale: number | null = null
  if (described.some(isMoney)) {
    const [row] = await session.texts({ sql: 'SELECT scale(0::money::numeric)' })
    moneyScale = Number(row?.[0])
  }
  return described.map((column, i) => make(column, carry(column, moneyScale), i))
}

/** Keys are those that hold for every row at every moment: not partial, not deferred, not of expressions. */
const findSql = `
  SELECT c.oid, n.nspname, c.relname, c.relkind, has_table_privilege(c.oid, 'SELECT'), c.relhassubclass,
    (SELECT json_agg(json_build_array(a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)
        ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND has_column_privilege(c.oid, a.attnum, 'SELECT')),
    (SELECT json_agg(json_build_array(i.indisprimary, i.indkey::text, i.indnkeyatts) ORDER BY i.indnkeyatts, i.indexrelid)
      FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = ANY ($2) AND ${readable} AND (
    n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1
    OR n.nspname || '.' || c.relname = $1)
  ORDER BY n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1 DESC, length(n.nspname)
  LIMIT 1`

async function hasForeignPart(session: Session, oid: string): Promise<boolean> {
  const rows = await session.texts({
    sql: `SELECT FROM pg_partition_tree($1) t JOIN pg_class c ON c.oid = t.relid WHERE c.relkind = 'f' LIMIT 1`,
    types: [2205],
    parameters: [oid],
  })
  return rows.length > 0
}

async function unknownTable(session: Session, table: string): Promise<Fault> {
  const rows = await session.texts({ sql: namesSql })
  const near = nearest(
    table,
    rows.map(([name]) => name!),
  )
  return new Fault('not-found', `There is no table ${JSON.stringify(table)} that the login may read.`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`
        : 'The list of tables has the names, with the schema where it is not the default one.',
  })
}

const namesSql = `
  SELECT CASE WHEN n.nspname = coalesce(current_schema(), 'public') THEN '' ELSE n.nspname || '.' END || c.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${readable} ORDER BY n.nspname, c.relname LIMIT 5000`
