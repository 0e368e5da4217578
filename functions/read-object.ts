import { readObject as operation } from '../shared/api/objects.ts'
import { readObject } from '../shared/usecases/read-object.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/objects/{path+} */
export const handler = serveStream(operation, readObject, () => ({ catalog: catalog(), objects: objects() }))
