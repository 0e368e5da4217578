import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/pipelines.ts'
import { findPipeline } from './find-pipeline.ts'
import { endPipeline } from './sweep-pipelines.ts'

/** Where it breaks off, the pipeline stays `archiving`: asking again goes on with it, and so does the next sweep. */
export const archivePipeline: UseCase<typeof api.archivePipeline> = async (world, input) => {
  const entry = await findPipeline(world.catalog, input.id, { ...input, archiving: true })
  await endPipeline(world, entry, input.signal)
  return { body: undefined }
}
