import { listDatasources as operation } from '../shared/api/datasources.ts'
import { listDatasources } from '../shared/usecases/list-datasources.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasources */
export const handler = serve(operation, listDatasources, () => ({ catalog: catalog() }))
