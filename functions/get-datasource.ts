import { getDatasource as operation } from '../shared/api/datasources.ts'
import { getDatasource } from '../shared/usecases/get-datasource.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasources/{name} */
export const handler = serve(operation, getDatasource, () => ({ catalog: catalog() }))
