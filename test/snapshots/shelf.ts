import * as z from 'zod'
import { fileExtraction } from '../../shared/connectors/files/extraction.ts'
import { FileSelection } from '../../shared/connectors/files/selection.ts'
import type { ObjectInfo, SourceObjects } from '../../shared/connectors/kind.ts'
import type { DatasourceRecord } from '../../shared/domain/datasource.ts'
import { Fault } from '../../shared/domain/faults.ts'
import type { OpenSource } from '../../shared/ports/sources.ts'
import { type LabWorld, saveDatasource } from './lab-world.ts'
import { realDatasource, realSources, sorted } from './real-source.ts'

export interface Shelf {
  readonly files: Map<string, { readonly text: string; readonly etag: string }>
  /** The keys of what was read, one after another. */
  readonly read: string[]
  /** Called before bytes are given, with the key: where a test looks, waits or changes something. */
  onRead: (key: string, signal: AbortSignal) => Promise<void> | void
  /** Each time is another ETag. */
  put(key: string, text: string): void
  readonly sources: ReturnType<typeof realSources>
}

/** A source of files in memory. `bytes`: what each says to be large, so that few fill a partition. */
export function newShelf(bytes?: number): Shelf {
  let changes = 0
  const infoOf = (key: string): ObjectInfo => {
    const file = shelf.files.get(key)
    if (file === undefined) throw new Fault('not-found', `There is no file ${key}.`)
    return { key, name: key, isFolder: false, size: bytes ?? file.text.length, modified: null, etag: `"${file.etag}"` }
  }
  const objectsOf = (signal: AbortSignal): SourceObjects => ({
    async list({ prefix, limit, after = '' }) {
      const keys = [...shelf.files.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
      return { items: keys.slice(0, limit).map(infoOf), next: keys.length > limit ? keys[limit - 1]! : null }
    },
    describe: async (key) => infoOf(key),
    async read(key) {
      shelf.read.push(key)
      await shelf.onRead(key, signal)
      signal.throwIfAborted()
      infoOf(key)
      const { text } = shelf.files.get(key)!
      return (async function* () {
        yield Buffer.from(text)
      })()
    },
  })
  const kind = {
    kind: 'shelf',
    title: 'Shelf',
    capabilities: ['objects'] as const,
    config: z.strictObject({}),
    credential: z.strictObject({}),
    selection: FileSelection,
  }
  const open = async (signal: AbortSignal) => {
    const objects = objectsOf(signal)
    const check = async () => ({ stages: [], warnings: [] })
    return { objects, check, ...fileExtraction(objects), close: async () => {} } as OpenSource
  }
  const shelf: Shelf = {
    files: new Map(),
    read: [],
    onRead: () => {},
    put: (key, text) => void shelf.files.set(key, { text, etag: String(changes++) }),
    sources: realSources(kind, open),
  }
  return shelf
}

/** Keeps a datasource of the CSV files of a shelf, that goes by objects. */
export const saveShelf = (world: LabWorld, more: Partial<DatasourceRecord> = {}): Promise<void> =>
  saveDatasource(
    world,
    realDatasource('shelf', { selection: { glob: '*.csv' }, strategy: { kind: 'objects' }, ...more }),
  )

/** A CSV file of numbers, and the rows in such files. */
export const csv = (...numbers: number[]): string => `n,text\n${numbers.map((n) => `${n},text ${n}\n`).join('')}`
export const shown = (...numbers: number[]) => sorted(numbers.map((n) => [String(n), `text ${n}`]))
