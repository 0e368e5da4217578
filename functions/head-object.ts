import { headObject as operation } from '../shared/api/objects.ts'
import { headObject } from '../shared/usecases/head-object.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** HEAD /v1/objects/{path+} */
export const handler = serveStream(operation, headObject, (caller) => ({
  catalog: catalog(),
  objects: ownObjects(caller),
}))
