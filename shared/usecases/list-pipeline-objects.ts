import type * as api from '../api/objects.ts'
import type { UseCase } from '../api/operation.ts'
import { listNames } from './list-names.ts'
import { pipelineScope } from './own-scope.ts'

export const listPipelineObjects: UseCase<typeof api.listPipelineObjects> = async ({ catalog, objects }, input) => ({
  body: await listNames(objects, await pipelineScope(catalog, input.id, input), input),
})
