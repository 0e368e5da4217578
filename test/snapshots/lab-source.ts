import * as z from 'zod'
import type { Extract, Partition } from '../../shared/connectors/kind.ts'
import type { Batch, Schema } from '../../shared/domain/batch.ts'
import { Name } from '../../shared/domain/connector.ts'
import type { DatasourceRecord } from '../../shared/domain/datasource.ts'
import { Fault } from '../../shared/domain/faults.ts'
import type { Increment, IncrementAsk } from '../../shared/domain/increment.ts'
import { newKeyDigests } from '../../shared/domain/key-digest.ts'
import type { SnapshotRecord } from '../../shared/domain/snapshot.ts'
import type { OpenSource, Sources } from '../../shared/ports/sources.ts'
import { newSnapshot } from '../../shared/snapshots/new-snapshot.ts'

export const labSchema: Schema = [
  { name: 'number', type: { is: 'int64' }, nullable: false, native: 'bigint' },
  { name: 'text', type: { is: 'utf8' }, nullable: true, native: 'varchar(9)' },
]

/** A table that tests change: each row is a number, and a text that is null where the number is a multiple of 7. */
export interface Lab {
  numbers: number[]
  /** Called before each batch: where a test waits, fails or looks. */
  beforeBatch: (batch: number, signal: AbortSignal) => Promise<void>
  /** In place of rows. */
  files: { path: string; text: string }[] | undefined
  batchRows: number
  /** Its columns; two, of the types of `labSchema`. */
  schema: Schema
  /** What its kind tells of its state; null: nothing. */
  fingerprint: () => string | null
  /** The configuration of its connector. */
  config: Record<string, unknown>
  /** In how many partitions it is read; more than one are read by a view. */
  shares: number
  /** Whether one connection alone shows a moment: then there are no views. */
  isTogether?: boolean
  extracted: number
  opened: number
  closed: number
}

export const newLab = (count: number): Lab => ({
  numbers: Array.from({ length: count }, (_, i) => i),
  beforeBatch: async () => {},
  files: undefined,
  batchRows: 4,
  schema: labSchema,
  fingerprint: () => null,
  config: {},
  shares: 1,
  extracted: 0,
  opened: 0,
  closed: 0,
})

const Selection = z.strictObject({ table: z.string().min(1) })

/** Sources with one kind, `lab`, and one connector, `lab`, that has the table `numbers`. */
export function labSources(lab: Lab): Sources {
  const info = {
    kind: 'lab',
    title: 'Laboratory',
    capabilities: ['tables'] as const,
    config: z.strictObject({}),
    credential: z.strictObject({}),
    selection: Selection,
    increments: 'rows' as const,
    ...(lab.isTogether ? { together: true as const } : { views: true as const }),
  }
  return {
    list: () => [info],
    get(kind) {
      if (kind !== 'lab') throw new Fault('invalid-request', `There is no kind ${kind}.`)
      return info
    },
    async open(name, signal) {
      if (name !== 'lab') throw new Fault('not-found', `There is no connector ${name}.`)
      lab.opened++
      const record = {
        uid: 'con_lab',
        name: Name.parse('lab'),
        title: 'Laboratory',
        kind: 'lab',
        config: lab.config,
        allowQuery: false,
        allowWrite: false,
        budget: 3,
        created: '',
        updated: '',
        createdBy: 'test',
        hasCredential: false,
      }
      return { record, connection: connect(lab, signal) }
    },
  }
}

/** The moments that are held, by the names of their views. */
const held = new Map<string, readonly number[]>()
let named = 0

/** Ends every moment that is held, as a server does that is started again. */
export const loseViews = (): void => held.clear()

const lost = () => new Fault('source-changed', 'The moment is over.')

function connect(lab: Lab, signal: AbortSignal): OpenSource {
  const views = new Set<string>()
  const known = (selection: unknown) => {
    const { table } = Selection.parse(selection)
    if (table !== 'numbers') throw new Fault('not-found', `There is no table ${table}.`)
  }
  const rows = (numbers: readonly number[]) => ({
    ...({ shape: 'rows', consistency: 'snapshot' } as const),
    schema: lab.schema,
    batches: batches(lab, numbers, signal),
  })
  let isOpen = true
  const connection: OpenSource = {
    async check() {
      return { stages: [{ name: 'login', ok: true, ms: 1, detail: 'Let in.', hint: null }], warnings: [] }
    },
    async plan(selection) {
      known(selection)
      const estimate = Math.ceil(lab.numbers.length / lab.shares)
      return Array.from({ length: lab.shares }, (_, i) => ({
        id: String(i),
        spec: lab.shares > 1 ? i : null,
        estimate,
      }))
    },
    async hold(_selections, from) {
      const numbers = from === undefined ? [...lab.numbers] : held.get(from as string)
      if (numbers === undefined) throw lost()
      const token = `view ${named++}`
      held.set(token, numbers)
      views.add(token)
      const close = async () => {
        held.delete(token)
      }
      const check = async () => {
        if (!held.has(token)) throw lost()
      }
      return { token, check, close }
    },
    async fingerprint(selection) {
      known(selection)
      return lab.fingerprint()
    },
    async extract(selection, partition, view): Promise<Extract> {
      lab.extracted++
      known(selection)
      const { numbers } = readable(lab, partition, view)
      const { files } = lab
      if (files) return { shape: 'files', files: copies(files) }
      return rows(numbers)
    },
    increment: async (selection, ask, partition, view) => {
      known(selection)
      return increment(lab, partition ? { ...ask, after: null } : ask, readable(lab, partition, view), signal)
    },
    async close() {
      if (isOpen) lab.closed++
      isOpen = false
      for (const token of views) held.delete(token)
    },
  }
  if (!lab.isTogether) return connection
  const { hold: _, ...alone } = connection
  return {
    ...alone,
    async together(selections) {
      const numbers = [...lab.numbers]
      return (async function* () {
        for (const selection of selections) {
          known(selection)
          yield rows(numbers)
        }
      })()
    },
  }
}

/** A moment, by its view or of now, and what a partition has of it. */
function readable(lab: Lab, partition: Partition | undefined, view: unknown) {
  const whole = view === undefined ? [...lab.numbers] : held.get(view as string)
  if (whole === undefined) throw lost()
  const share = partition?.spec as number | null | undefined
  const isOf = (place: number) => share == null || place % lab.shares === share
  return { whole, isOf, numbers: whole.filter((_, place) => isOf(place)) }
}

/**
 * What is new of a log: the numbers behind those that the increment before settled. The last one is open; where they are
 * merged, the last two of before come again, as if they had changed.
 */
function increment(
  lab: Lab,
  { mode, after }: IncrementAsk,
  { whole, isOf }: ReturnType<typeof readable>,
  signal: AbortSignal,
): Increment {
  const count = (after as { count: number } | null)?.count ?? 0
  const end = whole.length
  const settled = mode === 'append' ? end - 1 : end
  const share = (from: number, to: number) =>
    batches(
      lab,
      whole.filter((_, place) => place >= from && place < to && isOf(place)),
      signal,
    )
  return {
    schema: lab.schema,
    consistency: 'snapshot',
    isWhole: after === null,
    key: mode === 'append' ? [] : ['number'],
    mark: { count: Math.max(0, settled) },
    settled: () => share(mode === 'append' ? count : Math.max(0, count - 2), settled),
    open: () => share(Math.max(count, settled), end),
    gone: () => share(0, 0),
    keyDigests: async () => newKeyDigests(),
    keysIn: () => share(0, 0),
  }
}

async function* copies(files: { path: string; text: string }[]) {
  for (const { path, text } of files)
    yield {
      path,
      bytes: (async function* () {
        yield Buffer.from(text)
      })(),
    }
}

/** The rows of one moment. The arrays are used again for each batch, as drivers do. */
async function* batches(lab: Lab, numbers: readonly number[], signal: AbortSignal): AsyncGenerator<Batch> {
  const values = new BigInt64Array(lab.batchRows)
  for (let at = 0, batch = 0; at < numbers.length; at += lab.batchRows, batch++) {
    await lab.beforeBatch(batch, signal)
    signal.throwIfAborted()
    const share = numbers.slice(at, at + lab.batchRows)
    const texts = share.map((n) => (n % 7 === 0 ? null : `text ${n}`))
    const offsets = new Int32Array(share.length + 1)
    share.forEach((n, i) => {
      values[i] = BigInt(n)
      offsets[i + 1] = offsets[i]! + (texts[i]?.length ?? 0)
    })
    yield {
      rows: share.length,
      columns: [
        { layout: 'fixed', values },
        {
          layout: 'bytes',
          offsets,
          data: Buffer.from(texts.join('')),
          validity: Uint8Array.from(texts, (text) => Number(text !== null)),
        },
      ],
    }
  }
}

/** The datasource of the table. */
export const labDatasource = (format: DatasourceRecord['format'] = 'ndjson'): DatasourceRecord => ({
  uid: 'dat_lab',
  name: Name.parse('numbers'),
  title: 'Numbers',
  connector: Name.parse('lab'),
  kind: 'lab',
  selection: { table: 'numbers' },
  format,
  compression: 'none',
  strategy: 'full',
  drift: 'evolve',
  paused: false,
  skipUnchanged: false,
  reuseUnchanged: false,
  priority: 0,
  retention: null,
  created: '',
  updated: '',
  createdBy: 'test',
})

/** A snapshot that was asked for and not begun. */
export const pendingSnapshot = (id: string): SnapshotRecord =>
  newSnapshot({ id, datasource: Name.parse('numbers'), requestedBy: 'test' }, Date.UTC(2026, 0))
