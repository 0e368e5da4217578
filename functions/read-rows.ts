import { readRows as operation } from '../shared/api/sources.ts'
import { readRows } from '../shared/usecases/read-rows.ts'
import { serveStream } from './stream.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/tables/{table}/rows */
export const handler = serveStream(operation, readRows, () => ({ sources: sources() }))
