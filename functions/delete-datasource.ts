import { deleteDatasource as operation } from '../shared/api/datasources.ts'
import { deleteDatasource } from '../shared/usecases/delete-datasource.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** DELETE /v1/datasources/{name} */
export const handler = serve(operation, deleteDatasource, () => ({ catalog: catalog() }))
