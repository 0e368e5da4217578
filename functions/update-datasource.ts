import { updateDatasource as operation } from '../shared/api/datasources.ts'
import { updateDatasource } from '../shared/usecases/update-datasource.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'

/** PUT /v1/datasources/{name} */
export const handler = serve(operation, updateDatasource, () => ({ catalog: catalog(), sources: kinds() }))
