import * as z from 'zod'
import { findColumn } from '../sql/find-column.ts'
import type { TableColumn } from './resolve-table.ts'
import { type Binds, columnSql } from './sql.ts'

/**
 * One share of an extraction, half-open: blocks of the table's file, or values of a key as the server's text. Null ends
 * nowhere; a share of a key that begins nowhere has the rows without a key too.
 */
export const Share = z.union([
  z.strictObject({ blocks: z.tuple([z.int(), z.int().nullable()]) }),
  z.strictObject({ key: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
])
export type Share = z.infer<typeof Share>

export const tidOid = 27

/** The condition for a share of a table's rows. */
export function shareSql(share: Share, columns: readonly TableColumn[], binds: Binds): string | undefined {
  if ('key' in share) {
    const { name, oid } = findColumn(share.key, columns)
    return rangeSql(columnSql(name), share, (value) => binds.add(value, oid))
  }
  const [begin, end] = share.blocks
  const place = (block: number) => binds.add(`(${block},0)`, tidOid)
  const parts = [
    ...(begin === 0 ? [] : [`t.ctid >= ${place(begin)}`]),
    ...(end === null ? [] : [`t.ctid < ${place(end)}`]),
  ]
  return parts.length === 0 ? undefined : parts.join(' AND ')
}

/** The condition for a range of a key. */
export function rangeSql(
  key: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  bind: (value: string) => string,
): string | undefined {
  if (from === null && to === null) return undefined
  if (from === null) return `(${key} < ${bind(to!)} OR ${key} IS NULL)`
  return `${key} >= ${bind(from)}${to === null ? '' : ` AND ${key} < ${bind(to)}`}`
}
