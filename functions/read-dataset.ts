import { readDataset as operation } from '../shared/api/datasets.ts'
import { readDataset } from '../shared/usecases/read-dataset.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/datasets/{name}/rows */
export const handler = serveStream(operation, readDataset, () => ({ catalog: catalog(), objects: objects() }))
