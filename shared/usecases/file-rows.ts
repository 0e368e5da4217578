import type { Input, Stream } from '../api/operation.ts'
import type { readSourceObject } from '../api/source-objects.ts'
import { fileRows } from '../connectors/files/parse/rows.ts'
import type { ObjectInfo, SourceObjects } from '../connectors/kind.ts'
import type { Batch, Rows } from '../domain/batch.ts'
import { Fault } from '../domain/faults.ts'
import { filterRows } from '../formats/filter.ts'
import { skipRows } from '../formats/skip.ts'
import { readRowsCursor, writeRowsCursor } from './rows-cursor.ts'
import { replyShape, rowsReply } from './rows-reply.ts'

/** Which file, and of whom, so that no cursor goes on in another one. */
export interface ReadFile {
  readonly objects: SourceObjects
  readonly info: ObjectInfo
  readonly of: string
}

type Asked = Pick<
  Input<typeof readSourceObject>,
  'parse' | 'select' | 'where' | 'limit' | 'cursor' | 'format' | 'accept'
>

/** The rows in a file, those wanted of them. A page goes on in the same version of the file alone. */
export async function fileRowsReply(
  { objects, info, of }: ReadFile,
  input: Asked,
  done: () => Promise<void>,
): Promise<Stream> {
  const { parse, select, where, cursor } = input
  const { format, limit } = replyShape(input.format, input.limit, input)
  const query = [of, info.key, parse, select, where]
  const [begin, version] = cursor === undefined ? [0] : readPosition(readRowsCursor(query, cursor))
  if (version !== undefined && version !== (info.etag ?? ''))
    throw new Fault('source-changed', 'The file changed since its first page was read.', { hint: 'Begin again.' })
  const all = await fileRows(objects, info, { parse })
  const rest = readAhead(skipRows(all, begin))
  const found = filterRows(rest, where, { select, limit })
  const next = () => {
    const end = found.scanned()
    return end === rest.total() ? null : writeRowsCursor(query, JSON.stringify([begin + end, info.etag ?? '']))
  }
  return rowsReply(found, format, { next, done })
}

/** The same rows, a batch late, so that with the last of them it is known that it is. Files are read into new memory. */
function readAhead({ schema, batches }: Rows): Rows & { total(): number | undefined } {
  let total: number | undefined
  return {
    schema,
    total: () => total,
    batches: (async function* (): AsyncGenerator<Batch> {
      let rows = 0
      let held: Batch | undefined
      for await (const batch of batches) {
        if (held) yield held
        held = batch
        rows += batch.rows
      }
      total = rows
      if (held) yield held
    })(),
  }
}

const readPosition = (position: string) => JSON.parse(position) as [number, string]
