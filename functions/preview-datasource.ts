import { previewDatasource as operation } from '../shared/api/datasources.ts'
import { previewDatasource } from '../shared/usecases/preview-datasource.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { sources } from './world/sources.ts'

/** GET /v1/datasources/{name}/rows */
export const handler = serveStream(operation, previewDatasource, () => ({ catalog: catalog(), sources: sources() }))
