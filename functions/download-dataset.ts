import { downloadDataset as operation } from '../shared/api/datasets.ts'
import { downloadDataset } from '../shared/usecases/download-dataset.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/datasets/{name}/download */
export const handler = serveStream(operation, downloadDataset, () => ({ catalog: catalog(), objects: objects() }))
