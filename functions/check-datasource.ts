import { checkDatasource as operation } from '../shared/api/datasources.ts'
import { checkDatasource } from '../shared/usecases/check-datasource.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { sources } from './world/sources.ts'

/** POST /v1/datasources/{name}/checks */
export const handler = serve(operation, checkDatasource, () => ({ catalog: catalog(), sources: sources() }))
