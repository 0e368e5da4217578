import { createHash } from 'node:crypto'
import { type Batch, type FieldType, parseTypeName, type Schema, typeName } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { ObjectShares } from '../../domain/object-shares.ts'
import { inferCsv, readCsv, type TextFile } from '../files/parse/csv.ts'
import { inferJson, readJson } from '../files/parse/json.ts'
import { dialectOf } from '../files/parse/rows.ts'
import type { FileSchema } from '../files/parse/table.ts'
import { textBytes } from '../files/parse/text-bytes.ts'
import { unpack } from '../files/parse/unpack.ts'
import type { Extract, Partition } from '../kind.ts'
import type { Config, Selection } from './config.ts'
import { type Recording, record } from './record.ts'
import type { ListedObject, Runner } from './runner.ts'
import type { Sessions } from './sessions.ts'

interface ExtractionAt {
  readonly runner: Runner
  readonly config: Config
  readonly sessions: Sessions
  readonly leaves: () => Promise<readonly ListedObject[]>
}

/** What a partition is: objects as they were listed, and columns where the code or the datasource told all of them. */
interface Spec {
  readonly objects: readonly ListedObject[]
  readonly columns: readonly Told[] | null
}

/** A column that is known before its rows are read. */
type Told = readonly [name: string, type: string, native?: string]

const mostPartitions = 100

/** The objects of a connection as rows or files. Each is read once, one after another. */
export function extractionOf({ runner, config, sessions, leaves }: ExtractionAt, selection: Selection) {
  const format = config.codeInterface === 'bytes' ? selection.parse : 'ndjson'
  const plan = async (): Promise<readonly Partition[]> => {
    const objects = await leaves()
    const columns = format === 'none' || objects.length === 0 ? null : await toldColumns(objects[0]!)
    // Only where the columns are known beforehand are those of every share the same.
    const size = columns || format === 'none' ? Math.max(1, Math.ceil(objects.length / mostPartitions)) : objects.length
    const shares = Array.from({ length: Math.max(1, Math.ceil(objects.length / Math.max(1, size))) }, (_, i) =>
      objects.slice(i * size, (i + 1) * size),
    )
    return shares.map((share, i) => ({
      id: share.length === 1 ? share[0]!.name : String(i),
      spec: { objects: share, columns } satisfies Spec,
      estimate: null,
    }))
  }
  const planObjects = async (known: Schema | null): Promise<ObjectShares> => {
    const objects = await leaves()
    const columns = format === 'none' || objects.length === 0 ? null : (toldOf(known) ?? (await columnsOf(objects)))
    const code = await codeFacts()
    return {
      shared: { columns } satisfies Omit<Spec, 'objects'>,
      objects: objects.map((object) => ({
        name: object.name,
        // with other code every object is another one
        evidence: digest([...code, selection, object.fingerprint]),
        bytes: null,
        spec: { objects: [object] },
      })),
    }
  }
  const codeFacts = async () => {
    const { fingerprintStrategy, version, codeInterface, connection } = config
    const code = fingerprintStrategy === 'manual' ? version : await runner.codeFingerprint(connection)
    return [connection, codeInterface, fingerprintStrategy, code]
  }
  /** The columns of all, as the code tells them, or else the beginning of the first object that has rows. */
  const columnsOf = async (objects: readonly ListedObject[]): Promise<Spec['columns']> => {
    const told = await toldColumns(objects[0]!)
    if (told) return told
    const recordings = objects.map((object) => ({ name: object.name, bytes: record(bytesOf(object)) }))
    try {
      return toldOf((await infer(recordings, chosenTypes())).fields)
    } finally {
      for (const { bytes } of recordings) await bytes.end()
    }
  }
  const toldColumns = async (first: ListedObject): Promise<Spec['columns']> => {
    const told = await sessions.use(async (session) => (session.infersSchema ? session.inferSchema(first) : null))
    const chosen = Object.entries(selection.schema ?? {})
    return told && [...chosen, ...told.filter(([name]) => !chosen.some(([other]) => name === other))]
  }

  const bytesOf = (object: ListedObject) => sessions.stream((session) => session.read(object))
  return {
    plan,
    planObjects,
    async extract(partition?: Partition): Promise<Extract> {
      const specs = (partition ? [partition] : await plan()).map(({ spec }) => spec as Spec)
      const objects = specs.flatMap(({ objects }) => objects)
      if (format === 'none') return { shape: 'files', files: filesOf(objects, bytesOf) }
      const chosen = chosenTypes()
      const columns = specs[0]?.columns
      if (columns) {
        const fields = columns.map(([name, type, native = 'told']) => {
          return { name, type: chosen.get(name) ?? typeOf(name, type), nullable: true, native }
        })
        const schema = { fields, chosen: new Set(fields.map(({ name }) => name)) }
        return rows(
          schema,
          objects.map((object) => ({ name: object.name, bytes: bytesOf(object) })),
        )
      }
      const recordings = objects.map((object) => ({ name: object.name, bytes: record(bytesOf(object)) }))
      return rows(
        await infer(recordings, chosen),
        recordings.map(({ name, bytes }) => ({ name, bytes: bytes.replay() })),
      )
    },
    async fingerprint(): Promise<string> {
      const objects = (await leaves()).map(({ name, fingerprint }) => [name, fingerprint])
      return digest([...(await codeFacts()), selection, objects])
    },
  }

  function chosenTypes(): Map<string, FieldType> {
    return new Map(Object.entries(selection.schema ?? {}).map(([name, type]) => [name, typeOf(name, type)]))
  }
  function rows(schema: FileSchema, files: readonly TextFile[]): Extract {
    return { shape: 'rows', consistency: 'none', schema: schema.fields, batches: readAll(schema, files) }
  }
  async function* readAll(schema: FileSchema, files: readonly TextFile[]): AsyncGenerator<Batch> {
    for (const file of files)
      yield* isCsv(format) ? readCsv(asText(file), dialect(format), schema) : readJson(asText(file), schema)
  }
  function dialect(format: 'csv' | 'tsv') {
    return dialectOf(format, selection)
  }
  function asText({ name, bytes }: TextFile): TextFile {
    const isPlain = config.codeInterface !== 'bytes'
    return { name, bytes: isPlain ? bytes : textBytes(unpack(bytes), selection.csv?.skip) }
  }
  /** The columns of the first object that has any. */
  async function infer(
    recordings: readonly { readonly name: string; readonly bytes: Recording }[],
    chosen: ReadonlyMap<string, FieldType>,
  ): Promise<FileSchema> {
    for (const { name, bytes } of recordings) {
      if (await bytes.isEmpty()) continue
      const file = asText({ name, bytes: bytes.listen() })
      const found = isCsv(format) ? await inferCsv([file], dialect(format), chosen) : await inferJson([file], chosen)
      if (found.fields.length > 0) return found
    }
    if (chosen.size > 0) return { fields: fieldsOf(chosen), chosen: new Set(chosen.keys()) }
    throw new Fault('not-offered', 'There is no object whose rows could tell the columns.', {
      hint: 'Have the code tell them: infer_schema; or name them in the datasource: schema.',
    })
  }
}

const toldOf = (schema: Schema | null): Spec['columns'] =>
  schema?.map(({ name, type, native }) => [name, typeName(type), native] as const) ?? null

const digest = (facts: unknown): string => createHash('sha256').update(JSON.stringify(facts)).digest('hex')

const isCsv = (format: string): format is 'csv' | 'tsv' => format === 'csv' || format === 'tsv'

const fieldsOf = (chosen: ReadonlyMap<string, FieldType>): Schema =>
  [...chosen].map(([name, type]) => ({ name, type, nullable: true, native: 'told' }))

function typeOf(name: string, type: string): FieldType {
  try {
    return parseTypeName(type)
  } catch (cause) {
    throw new Fault(
      'source-failed',
      `The code says that the column ${JSON.stringify(name.slice(0, 200))} has a type that there is not.`,
      {
        hint: 'Types are bool, int64, float64, decimal(10,2), utf8, json, date, timestamp and timestamptz.',
        cause,
      },
    )
  }
}

async function* filesOf(
  objects: readonly ListedObject[],
  bytesOf: (object: ListedObject) => AsyncIterable<Uint8Array>,
) {
  for (const object of objects) yield { path: object.name, bytes: bytesOf(object) }
}
