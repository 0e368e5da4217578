import { createDatasource as operation } from '../shared/api/datasources.ts'
import { createDatasource } from '../shared/usecases/create-datasource.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'

/** POST /v1/datasources */
export const handler = serve(operation, createDatasource, () => ({ catalog: catalog(), sources: kinds() }))
