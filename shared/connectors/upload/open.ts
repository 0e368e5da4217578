import { Fault } from '../../domain/faults.ts'
import { fileExtraction } from '../files/extraction.ts'
import { probeFiles } from '../files/probe.ts'
import type { FileSelection } from '../files/selection.ts'
import { takeStages } from '../files/stages.ts'
import type { Connection, OpenAt } from '../kind.ts'

/** The files by the connection that snapshots are taken by. Fault not-offered for all others, who read the dataset. */
export async function openUploads({
  uploaded,
}: OpenAt<unknown, unknown>): Promise<Connection<'objects', FileSelection>> {
  const objects = await uploaded?.()
  if (objects === undefined)
    throw new Fault('not-offered', 'Uploaded files are not browsed: they become datasets.', {
      hint: 'Read the dataset: GET /v1/datasets/{name}/rows.',
    })
  return {
    objects,
    check: () =>
      takeStages(async (take) => {
        await probeFiles(take, objects)
        return []
      }),
    ...fileExtraction(objects),
    async close() {},
  }
}
