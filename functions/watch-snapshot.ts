import { watchSnapshot as operation } from '../shared/api/snapshots.ts'
import { watchSnapshot } from '../shared/usecases/watch-snapshot.ts'
import { serveStream } from './stream.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/snapshots/{id}/events */
export const handler = serveStream(operation, watchSnapshot, () => ({ catalog: catalog() }))
