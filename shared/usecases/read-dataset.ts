import type * as api from '../api/datasets.ts'
import type { Input, UseCase } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { readVersion } from '../snapshots/read-rows.ts'
import { findDataset, listManifests, openVersion } from '../snapshots/read-version.ts'
import { readVersions } from '../snapshots/read-versions.ts'
import { readRowsCursor, writeRowsCursor } from './rows-cursor.ts'
import { replyShape, rowsReply } from './rows-reply.ts'

export const readDataset: UseCase<typeof api.readDataset> = async (world, input) => {
  if (input.versions !== undefined) return await readRange(world, input, input.versions)
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

async function readRange(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  { name, version, asOf, select, where, order, cursor, signal, ...input }: Input<typeof api.readDataset>,
  range: string,
) {
  if (version !== undefined || asOf !== undefined || order !== undefined)
    throw new Fault('invalid-request', 'Several versions are read without an order, and without another version.', {
      hint: 'Leave `version`, `asOf` and `order` out.',
      errors: [{ pointer: '/query/versions', detail: 'cannot be combined with version, asOf or order' }],
    })
  const { format, limit } = replyShape(input.format, input.limit, input)
  const { value: dataset } = await findDataset(world, name)
  const [from, to] = range.split('..').map(Number) as [number, number]
  const manifests = await listManifests(world, dataset.name, [from, to])
  const query = [dataset.uid, range, select, where]
  const after = cursor === undefined ? undefined : readRowsCursor(query, cursor)
  const rows = readVersions(world, manifests, { select, where, limit, after }, signal)
  const next = () => {
    const place = rows.next()
    return place === null ? null : writeRowsCursor(query, place)
  }
  return rowsReply(rows, format, { next, done: async () => {} })
}
