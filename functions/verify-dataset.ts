import { verifyDataset as operation } from '../shared/api/datasets.ts'
import { verifyDataset } from '../shared/usecases/verify-dataset.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** POST /v1/datasets/{name}/verify */
export const handler = serveStream(operation, verifyDataset, () => ({ catalog: catalog(), objects: objects() }))
