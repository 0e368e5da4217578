import type { Place } from '../sql/place.ts'
import type { Keyset } from './keyset.ts'
import type { ResolvedTable } from './resolve-table.ts'
import type { Session } from './session.ts'

/** Rows after a place and before a block of the table's file; to the end where the block is undefined. */
export interface Stretch {
  readonly place: Place | undefined
  readonly endBlock: number | undefined
}

const fewestBlocks = 64
const growth = 4

/**
 * The stretches of a table that are read one after another until a page is full. The server sorts all that is left
 * of a table to give the first rows by place: in stretches it has little to sort. Only places need that, a key has
 * its index.
 */
export async function* stretchesOf(
  session: Session,
  table: ResolvedTable,
  keyset: Keyset | undefined,
  place: Place | undefined,
  limit: number | undefined,
): AsyncGenerator<Stretch, undefined> {
  const isByPlace = keyset?.keys.length === 1 && keyset.keys[0]!.sql === 't.ctid'
  if (!isByPlace || limit === undefined) {
    yield { place, endBlock: undefined }
    return
  }
  const [row] = await session.texts({ sql: blocksSql, types: [26], parameters: [table.oid] })
  const [blocks, rowsPerBlock] = row!.map(Number) as [number, number]
  let length = Math.max(fewestBlocks, Math.ceil((limit + 1) / rowsPerBlock))
  let begin = place === undefined ? 0 : Number(/^\((\d+),/.exec(place.values[0]!)?.[1] ?? 0)
  let from = place
  while (begin + length < blocks) {
    begin += length
    yield { place: from, endBlock: begin }
    from = { values: [`(${begin},0)`], skip: 0 }
    length *= growth
  }
  yield { place: from, endBlock: undefined }
}

const blocksSql = `
  SELECT pg_relation_size(oid) / current_setting('block_size')::int,
    CASE WHEN reltuples > 0 AND relpages > 0 THEN greatest(reltuples / relpages, 1) ELSE 1 END
  FROM pg_class WHERE oid = $1`
