import { Fault } from '../../domain/faults.ts'
import type { Partition } from '../kind.ts'
import { findColumn } from '../sql/find-column.ts'
import type { Selection } from './config.ts'
import { describe as describeQuery, valuesOf } from './query.ts'
import { told } from './read-table.ts'
import { toFaultOfUserSql } from './refusals.ts'
import { type ResolvedTable, resolveTable } from './resolve-table.ts'
import type { Session } from './session.ts'
import type { Share } from './share.ts'
import { columnSql, createBinds } from './sql.ts'
import { whereSql } from './where.ts'

type TableSelection = Extract<Selection, { table: string }>
type QuerySelection = Extract<Selection, { sql: string }>

/** What is larger is split into larger partitions. */
const partitionsAtMost = 1000
/** So many rows show where a key's ranges lie. */
const sampledRows = 50_000

/**
 * Heap tables are split by their blocks: nothing need be asked, and each block is read once. What lies in several
 * tables, behind a view or a query is split by a key, whose ranges are asked for. What is small is not split.
 */
export async function planExtraction(
  open: () => Promise<Session>,
  selection: Selection,
  partitionBytes: number,
): Promise<readonly Partition[]> {
  const session = await open()
  try {
    return 'table' in selection
      ? await planTable(session, selection, partitionBytes)
      : await planQuery(session, selection, partitionBytes)
  } finally {
    await session.close()
  }
}

async function planTable(session: Session, selection: TableSelection, partitionBytes: number) {
  const table = await resolveTable(session, selection.table)
  const [row] = await session.texts({ sql: sizeSql, types: [26], parameters: [table.oid] })
  const [version, blocks, bytes, rows] = row!.map((text) => (text === null ? null : Number(text)))
  const estimate = selection.where || rows === null ? null : rows!
  if (table.places === 'ctid') {
    // Older servers look through the whole table for the rows of some blocks.
    const wanted = version! < 140_000 ? 1 : countOf(bytes!, partitionBytes)
    return together(blockShares(blocks!, Math.min(wanted, blocks!)), estimate)
  }
  const isOfTables = table.places === 'tableoid-ctid'
  const key = selection.key ?? (isOfTables ? table.keys.find((columns) => columns.length > 0)?.[0] : undefined)
  if (key === undefined) return together([], estimate)
  const named: string[] = []
  try {
    const size = isOfTables ? bytes! : await explain(session, ...windowSql(table, selection, '*', named))
    const count = countOf(size, partitionBytes)
    if (count === 1) return together([], estimate)
    const sample = isOfTables && rows ? Math.min(100, (100 * sampledRows) / Math.max(1, rows)) : 100
    const [sql, binds] = windowSql(table, selection, `${columnSql(findColumn(key, table.columns).name)} AS k`, named, {
      sample,
    })
    return together(await keyShares(session, key, count, sql, binds), estimate)
  } catch (error) {
    throw told(error, named)
  }
}

async function planQuery(session: Session, { sql, parameters, key }: QuerySelection, partitionBytes: number) {
  if (key === undefined) return together([], null)
  const text = sql.replace(/[;\s]+$/, '')
  const values = valuesOf(parameters)
  try {
    const names = (await describeQuery(session, text, values)).map(({ name }) => name)
    const at = names.indexOf(key)
    if (at < 0 || names.lastIndexOf(key) !== at)
      throw new Fault('invalid-request', `The statement has not one column ${JSON.stringify(key)}.`, {
        hint: 'The key is a column of the result, under a name that no other has.',
      })
    const binds = { parameters: values, types: [] }
    const count = countOf(await explain(session, `(\n${text}\n)`, binds), partitionBytes)
    if (count === 1) return together([], null)
    const of = `SELECT c${at} AS k FROM (\n${text}\n) q(${names.map((_, i) => `c${i}`).join(', ')})`
    return together(await keyShares(session, key, count, of, binds), null)
  } catch (error) {
    throw toFaultOfUserSql(error, text)
  }
}

const countOf = (bytes: number, partitionBytes: number): number =>
  Math.min(partitionsAtMost, Math.max(1, Math.round(bytes / partitionBytes)))

/** At least one partition; the first begins and the last ends nowhere, so that nothing lies outside. */
function together(shares: readonly Share[], estimate: number | null): Partition[] {
  if (shares.length < 2) return [{ id: '0', spec: null, estimate }]
  const each = estimate === null ? null : Math.round(estimate / shares.length)
  return shares.map((spec, i) => ({ id: String(i), spec, estimate: each }))
}

const blockShares = (blocks: number, count: number): Share[] =>
  Array.from({ length: count }, (_, i) => ({
    blocks: [Math.floor((i * blocks) / count), i + 1 === count ? null : Math.floor(((i + 1) * blocks) / count)],
  }))

interface Bound {
  readonly parameters: readonly (string | null)[]
  readonly types: readonly number[]
}

/** Ranges of the key `k` of a statement with about as many rows each. */
async function keyShares(session: Session, key: string, count: number, of: string, { parameters, types }: Bound) {
  const fractions = Array.from({ length: count - 1 }, (_, i) => (i + 1) / count)
  const found = await session.texts({
    sql: `SELECT DISTINCT ON (n) b FROM (
      SELECT percentile_disc(ARRAY[${fractions.join(', ')}]::float8[]) WITHIN GROUP (ORDER BY k) AS a FROM (${of}) s
    ) p, unnest(a::text[]) WITH ORDINALITY u(b, n) WHERE b IS NOT NULL ORDER BY n`,
    parameters,
    types,
  })
  const bounds = [...new Set(found.map(([bound]) => bound!))]
  return [null, ...bounds].map((from, i): Share => ({ key, from, to: bounds[i] ?? null }))
}

/** Bytes that the server expects a statement to give. */
async function explain(session: Session, sql: string, { parameters, types }: Bound): Promise<number> {
  const rows = await session.texts({ sql: `EXPLAIN (FORMAT JSON) ${sql}`, parameters, types })
  const [{ Plan: plan }] = JSON.parse(rows.map(([line]) => line).join('\n'))
  return plan['Plan Rows'] * plan['Plan Width']
}

function windowSql(
  table: ResolvedTable,
  { where }: TableSelection,
  columns: string,
  named: string[],
  { sample = 100 } = {},
): [sql: string, binds: Bound] {
  const binds = createBinds()
  const condition = where ? ` WHERE ${whereSql(where, table.columns, binds, named)}` : ''
  const sampled = sample < 100 ? ` TABLESAMPLE SYSTEM (${sample})` : ''
  return [`SELECT ${columns} FROM ${table.from} t${sampled}${condition}`, binds]
}

/** Of a table with tables under it: theirs together. */
const sizeSql = `
  SELECT current_setting('server_version_num'), pg_relation_size(c.oid) / current_setting('block_size')::int,
    s.bytes, CASE WHEN c.relkind = 'v' THEN NULL WHEN c.reltuples >= 0 THEN c.reltuples ELSE s.rows END::numeric
  FROM pg_class c, LATERAL (
    SELECT coalesce(sum(pg_relation_size(l.oid)), 0), CASE WHEN min(l.reltuples) >= 0 THEN sum(l.reltuples) END
    FROM pg_class l WHERE l.oid = c.oid AND l.relkind IN ('r', 'm', 't')
      OR l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)
      OR l.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = c.oid)
  ) s(bytes, rows) WHERE c.oid = $1`
