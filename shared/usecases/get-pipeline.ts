import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/pipelines.ts'
import { findPipeline } from './find-pipeline.ts'
import { showPipeline } from './show-pipeline.ts'

export const getPipeline: UseCase<typeof api.getPipeline> = async ({ catalog }, input) => {
  const { value } = await findPipeline(catalog, input.id, { ...input, archiving: true })
  return { body: showPipeline(value) }
}
