/* A process that works at one snapshot of a shelf, and kills itself when it is to read one of the files. */

import { join } from 'node:path'
import { localCatalog } from '../../shared/adapters/local/catalog.ts'
import { localObjects } from '../../shared/adapters/local/objects.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { newShelf } from './shelf.ts'
import { fillShelf, type ShelfWork } from './shelf-process.ts'

const { folder, id, count, dies } = JSON.parse(process.argv[2]!) as ShelfWork
const shelf = newShelf(250 * 1024 * 1024)
fillShelf(shelf, count)
let isPlanned = false
shelf.onRead = (key) => {
  // the columns are told by the first, one between and the last
  isPlanned ||= shelf.read.length > 3
  if (isPlanned && key === dies) process.kill(process.pid, 'SIGKILL')
}
const catalog = localCatalog({ file: join(folder, 'catalog.sqlite') })
const objects = localObjects({
  folder: join(folder, 'objects'),
  linkBase: 'http://127.0.0.1',
  linkKey: Buffer.alloc(32),
})
const pace = { ...steadyPace, heartbeatMs: 50, staleMs: 250, leaseMs: 400 }
await takeSnapshot({ catalog, objects, sources: shelf.sources }, id, new AbortController().signal, pace)
