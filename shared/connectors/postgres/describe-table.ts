import type { Field } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import type { TableDescription } from '../kind.ts'
import { infoColumns, readable, tableInfo } from './list-tables.ts'
import type { Described } from './messages.ts'
import type { Session } from './session.ts'
import { qualify, quote } from './sql.ts'
import { type Carried, carry, isMoney } from './types.ts'

/** A column as it is read: its field, how it travels, and its type's OIDs. */
export interface TableColumn extends Field {
  readonly carried: Carried
  readonly oid: number
  /** The array type over it; 0 where there is none. */
  readonly arrayOid: number
  /** Whether patterns apply: a string type. */
  readonly isText: boolean
}

export interface ResolvedTable extends TableDescription {
  readonly columns: readonly TableColumn[]
  /** Columns that tell its rows apart, the primary key first. */
  readonly keys: readonly (readonly string[])[]
  /** Quoted, for a FROM. */
  readonly from: string
  /** What tells its rows apart where no key does: by place, by partition and place, or only by content. */
  readonly places: 'ctid' | 'tableoid-ctid' | 'none'
}

/** The table of that name, from the live catalog; held against changes until the session ends. Fault not-found. */
export async function resolveTable(session: Session, table: string): Promise<ResolvedTable> {
  const [found] = await session.texts({ sql: findSql, types: [25], parameters: [table] })
  if (found === undefined) throw await unknownTable(session, table)
  const [oid, isTree, hasPlaces, ...rest] = found
  const info = tableInfo(rest)
  const rows = await session.texts({ sql: columnsSql, types: [26], parameters: [oid!] })
  const keys = await session.texts({ sql: keysSql, types: [26], parameters: [oid!] })
  const from = qualify(info.schema, info.name)
  const names = rows.map(([name]) => name!)
  const described =
    names.length === 0 ? [] : await session.describe({ sql: `SELECT ${names.map(quote).join(', ')} FROM ${from}` })
  const columns = await carryAll(session, described ?? [], (column, carried, i): TableColumn => {
    const [name, native, notNull, , arrayOid, category] = rows[i]!
    return {
      name: name!,
      type: carried.type,
      nullable: notNull !== 't',
      native: native!,
      carried,
      oid: column.type,
      arrayOid: Number(arrayOid),
      isText: category === 'S',
    }
  })
  const namesOf = (isPrimary: string) => keys.filter((key) => key[0] === isPrimary).map((key) => JSON.parse(key[1]!))
  return {
    ...info,
    columns,
    comments: rows.map(([, , , comment]) => comment ?? null),
    primaryKey: namesOf('t')[0] ?? [],
    uniqueKeys: namesOf('f'),
    // The keys of a table that others inherit from do not hold for the rows of these.
    keys: isTree === 't' && info.kind !== 'partitioned' ? [] : keys.map((key) => JSON.parse(key[1]!)),
    from,
    places: hasPlaces !== 't' ? 'none' : isTree === 't' ? 'tableoid-ctid' : 'ctid',
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

/** By the whole text in the default schema first, then by each split of it at a dot. */
const findSql = `
  SELECT c.oid, c.relhassubclass OR c.relkind = 'p',
    c.relkind IN ('r', 'p', 'm') AND has_table_privilege(c.oid, 'SELECT') AND NOT EXISTS (
      SELECT FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
      WHERE c.relkind = 'p' AND l.relkind = 'f'),
    ${infoColumns(false)}
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${readable} AND (
    n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1
    OR n.nspname || '.' || c.relname = $1)
  ORDER BY n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1 DESC, length(n.nspname)
  LIMIT 1`

const columnsSql = `
  SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(a.attrelid, a.attnum),
    b.typarray, b.typcategory
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
      WITH RECURSIVE base AS (
        SELECT t.oid, t.typtype, t.typbasetype, t.typarray, t.typcategory
        UNION ALL
        SELECT u.oid, u.typtype, u.typbasetype, u.typarray, u.typcategory
        FROM base JOIN pg_type u ON base.typtype = 'd' AND u.oid = base.typbasetype)
      SELECT typarray, typcategory FROM base WHERE typtype <> 'd') b
  WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
  ORDER BY a.attnum`

/** Keys that hold for every row at every moment, the primary one first. Their names as a JSON array. */
const keysSql = `
  SELECT i.indisprimary, (
    SELECT json_agg(a.attname ORDER BY k.n)
    FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, n)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE k.n <= i.indnkeyatts)
  FROM pg_index i
  WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL
  ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid`

async function unknownTable(session: Session, table: string): Promise<Fault> {
  const rows = await session.texts({
    sql: `SELECT CASE WHEN n.nspname = coalesce(current_schema(), 'public') THEN c.relname ELSE n.nspname || '.' || c.relname END
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${readable}
      ORDER BY n.nspname, c.relname LIMIT 5000`,
  })
  const near = nearest(
    table,
    rows.map(([name]) => name!),
  )
  return new Fault('not-found', `There is no table ${JSON.stringify(table)} that the login may read.`, {
    hint: near.length > 0 ? `Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?` : undefined,
  })
}
