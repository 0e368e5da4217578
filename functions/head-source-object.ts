import { headSourceObject as operation } from '../shared/api/source-objects.ts'
import { headSourceObject } from '../shared/usecases/head-source-object.ts'
import { serveStream } from './stream.ts'
import { sources } from './world/sources.ts'

/** HEAD /v1/sources/{source}/objects/{key+} */
export const handler = serveStream(operation, headSourceObject, () => ({ sources: sources() }))
