import { previewRetention as operation } from '../shared/api/datasets.ts'
import { previewRetention } from '../shared/usecases/preview-retention.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasets/{name}/retention */
export const handler = serve(operation, previewRetention, () => ({ catalog: catalog() }))
