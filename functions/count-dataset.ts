import { countDataset as operation } from '../shared/api/dataset-statistics.ts'
import { countDataset } from '../shared/usecases/count-dataset.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/datasets/{name}/statistics */
export const handler = serveStream(operation, countDataset, () => ({ catalog: catalog(), objects: objects() }))
