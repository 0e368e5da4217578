import { readSourceObject as operation } from '../shared/api/source-objects.ts'
import { readSourceObject } from '../shared/usecases/read-source-object.ts'
import { serveStream } from './stream.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/objects/{key+} */
export const handler = serveStream(operation, readSourceObject, () => ({ sources: sources() }))
