import { Fault } from '../../domain/faults.ts'
import type { Paged, TableInfo, TableKind, TablesPage } from '../kind.ts'
import { ServerError } from './refusals.ts'
import type { Session } from './session.ts'

/** Tables that the login may read, outside the system's schemas; a partition only as part of its root. */
export const readable = `
  c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')`

const tableKinds: Readonly<Record<string, TableKind>> = {
  r: 'table',
  p: 'partitioned',
  v: 'view',
  m: 'materialized view',
  f: 'foreign',
}

/** Bytes with indexes and all; a partitioned table's partitions summed. Waits for nobody who locks one of them. */
const sizeOf = (relation: string) => `CASE ${relation}.relkind
  WHEN 'v' THEN NULL WHEN 'f' THEN NULL
  WHEN 'p' THEN (SELECT sum(pg_total_relation_size(t.relid)) FROM pg_partition_tree(${relation}.oid) t)
  ELSE pg_total_relation_size(${relation}.oid) END`

const estimateOf = (relation: string) => `CASE
  WHEN ${relation}.relkind = 'v' THEN NULL
  WHEN ${relation}.reltuples >= 0 THEN ${relation}.reltuples
  WHEN ${relation}.relkind = 'p' THEN (
    SELECT CASE WHEN min(l.reltuples) >= 0 THEN sum(l.reltuples) END
    FROM pg_partition_tree(${relation}.oid) t JOIN pg_class l ON l.oid = t.relid WHERE t.isleaf)
  END::numeric`

/** The columns of a `TableInfo`, of pg_class c and pg_namespace n. */
export const infoColumns = (sizes: boolean): string => `n.nspname, c.relname, c.relkind,
  obj_description(c.oid, 'pg_class'), ${estimateOf('c')}, ${sizes ? sizeOf('c') : 'NULL'},
  n.nspname = coalesce(current_schema(), 'public')`

export function tableInfo(row: readonly (string | null)[]): TableInfo {
  const [schema, name, kind, comment, estimate, bytes, isDefault] = row
  return {
    table: isDefault === 't' ? name! : `${schema}.${name}`,
    schema: schema!,
    name: name!,
    kind: tableKinds[kind!]!,
    comment: comment ?? null,
    estimate: estimate == null ? null : Number(estimate),
    bytes: bytes == null ? null : Number(bytes),
  }
}

/** One page in the order of schema and name, by byte. */
export async function listTables(open: () => Promise<Session>, page: TablesPage): Promise<Paged<TableInfo>> {
  const [afterSchema, afterName] = page.after === undefined ? [null, null] : parseAfter(page.after)
  const parameters = [page.schema ?? null, page.search ?? null, afterSchema, afterName, String(page.limit + 1)]
  const ask = async (sizes: boolean) => {
    const session = await open()
    try {
      return await session.texts({ sql: listSql(sizes), types: [25, 25, 25, 25, 20], parameters })
    } finally {
      await session.close()
    }
  }
  const rows = await ask(true).catch((error: unknown) => {
    // Somebody rebuilds one of the tables: listed without sizes rather than not at all.
    if (error instanceof ServerError && ['55P03', '42P01', 'XX000'].includes(error.code)) return ask(false)
    throw error
  })
  const items = rows.slice(0, page.limit).map(tableInfo)
  const last = items.at(-1)
  return { items, next: rows.length > page.limit && last ? JSON.stringify([last.schema, last.name]) : null }
}

const listSql = (sizes: boolean) => `
  WITH page AS MATERIALIZED (
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${readable}
      AND ($1 IS NULL OR n.nspname = $1)
      AND ($2 IS NULL OR strpos(lower(n.nspname || '.' || c.relname), lower($2)) > 0)
      AND ($3 IS NULL OR (n.nspname, c.relname) > ($3::name, $4::name))
    ORDER BY n.nspname, c.relname LIMIT $5)
  SELECT ${infoColumns(sizes)} FROM page JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace
  ORDER BY n.nspname, c.relname`

function parseAfter(after: string): [string, string] {
  try {
    const value: unknown = JSON.parse(after)
    if (Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string'))
      return value as [string, string]
  } catch {
    // Told below.
  }
  throw new Fault('invalid-request', 'The cursor is not one of this list.')
}
