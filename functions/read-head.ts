import { readHead as operation } from '../shared/api/datasets.ts'
import { readHead } from '../shared/usecases/read-head.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/datasets/{name}/head */
export const handler = serveStream(operation, readHead, () => ({ catalog: catalog(), objects: objects() }))
