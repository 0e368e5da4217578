import type * as api from '../api/dataset-statistics.ts'
import type { UseCase } from '../api/operation.ts'
import { typeName } from '../domain/batch.ts'
import { Fault } from '../domain/faults.ts'
import { countColumns } from '../formats/statistics.ts'
import { readVersion } from '../snapshots/read-rows.ts'
import { openVersion } from '../snapshots/read-version.ts'
import { slowJson } from './slow-json.ts'

/** Values that can be counted within the minutes that a reply may take. */
const mostValues = 500_000_000

export const countDataset: UseCase<typeof api.countDataset> = async (world, input) => {
  const { name, version, asOf, select, where, signal } = input
  const manifest = await openVersion(world, name, { version, asOf })
  const found = readVersion(world, manifest, { select, where }, signal)
  if (manifest.rows * found.schema.length > mostValues)
    throw new Fault('too-large', `${name} has more than ${mostValues} values to count.`, {
      hint: 'Name fewer columns as `select`.',
    })
  return slowJson(async () => {
    const { rows, columns } = await countColumns(found)
    return {
      version: manifest.version,
      rows,
      columns: columns.map(({ field: { name, type }, counts }) => ({ name, type: typeName(type), ...counts })),
    }
  })
}
