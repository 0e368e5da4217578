import { readObject as operation } from '../shared/api/objects.ts'
import { readObject } from '../shared/usecases/read-object.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** GET /v1/objects/{path+} */
export const handler = serveStream(operation, readObject, (caller) => ({
  catalog: catalog(),
  objects: ownObjects(caller),
}))
