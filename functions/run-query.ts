import { runQuery as operation } from '../shared/api/sources.ts'
import { runQuery } from '../shared/usecases/run-query.ts'
import { serveStream } from './stream.ts'
import { sources } from './world/sources.ts'

/** POST /v1/sources/{source}/query */
export const handler = serveStream(operation, runQuery, () => ({ sources: sources() }))
