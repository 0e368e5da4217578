import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { readVersion } from '../snapshots/read-rows.ts'
import { findDataset, openVersion } from '../snapshots/read-version.ts'
import { readRowsCursor, writeRowsCursor } from './rows-cursor.ts'
import { replyShape, rowsReply } from './rows-reply.ts'

export const readDataset: UseCase<typeof api.readDataset> = async (world, input) => {
  const { name, version, asOf, select, where, order, cursor, signal } = input
  const { format, limit } = replyShape(input.format, input.limit, input)
  const { value: dataset } = await findDataset(world, name)
  const query = [dataset.uid, version ?? null, asOf ?? null, select, where, order]
  // a page after the first is of the version that the first was of, whatever was published meanwhile
  const [of, after] = cursor === undefined ? [] : readRowsCursor(query, cursor).split(':')
  const manifest = await openVersion(world, dataset.uid, of === undefined ? { version, asOf } : { version: Number(of) })
  const rows = readVersion(world, manifest, { select, where, order, limit, after }, signal)
  const next = () => {
    const position = rows.next()
    return position === null ? null : writeRowsCursor(query, `${manifest.version}:${position}`)
  }
  return rowsReply(rows, format, { next, done: async () => {} })
}
