import type { PipelineRecord } from '../domain/pipeline.ts'

export const showPipeline = ({ id, title, state, created, expires }: PipelineRecord) => ({
  id,
  title,
  state,
  created,
  expires,
})
