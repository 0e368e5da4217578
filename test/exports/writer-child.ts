/** Writes without an end to where it is told, until it is killed. It says `writing` once much of it is at the server. */
import { kinds } from '../../shared/connectors/index.ts'
import type { Rows } from '../../shared/domain/batch.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { TableMode, TableWriter } from '../../shared/domain/writer.ts'
import { loopbackEgress } from '../support/loopback-egress.ts'
import { goOn, numberedRows } from '../support/write-rows.ts'

/**
 * Where a child that gathers stops: while it adds, when rows are kept, at the last step, behind it. It gathers 3 times 1,000
 * rows, of which the last are not kept while it adds.
 */
export type StopAt = 'adding' | 'kept' | 'showing' | 'shown'

export interface ChildWriting {
  readonly kind: string
  readonly config: object
  readonly credential: object
  readonly target: string
  readonly mode: 'append' | 'replace' | 'safe'
  /** Gathers by that id, and stops there. */
  readonly gathers?: { readonly id: string; readonly stopAt: StopAt }
}

const pieces = 20
const say = (piece: number) => {
  if (piece === pieces) process.stdout.write('writing\n')
}
/** Says so, and stays there until it is killed. */
const stop = () => {
  say(pieces)
  return new Promise<never>(() => setInterval(() => {}, 1000))
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; ; piece++) {
    yield Buffer.alloc(100_000, 'x')
    say(piece)
  }
}

if (import.meta.main) {
  const { kind: name, config, credential, target, mode, gathers }: ChildWriting = JSON.parse(process.argv[2]!)
  const kind = kinds.find(({ kind }) => kind === name)!
  const writer = await kind.writing!.open({
    config: kind.config.parse(config),
    credential: new Secret(kind.credential.parse(credential)),
    egress: loopbackEgress(),
    signal: new AbortController().signal,
  })
  if (writer.to === 'files') await writer.put(target, bytes(), { ifAbsent: mode === 'safe', ready: goOn })
  else if (gathers) await gather(writer, { target, mode: mode as 'append', ...gathers })
  else await writer.put(target, endless(), { mode: mode as 'append', ready: goOn })
}

function endless(): Rows {
  const { schema } = numberedRows(0, 0)
  const batches = (async function* () {
    for (let piece = 0; ; piece++) {
      yield* numberedRows(4000 * piece, 4000 * (piece + 1), 4000).batches
      say(piece)
    }
  })()
  return { schema, batches }
}

interface Gathers {
  readonly target: string
  readonly mode: TableMode
  readonly id: string
  readonly stopAt: StopAt
}

async function gather({ gatherer }: TableWriter, { target: table, mode, id, stopAt }: Gathers): Promise<void> {
  const { schema } = numberedRows(0, 0)
  const gathering = { id, table, mode, schema, rows: 3000, mayBeShown: false }
  let gathered = (await gatherer.begin(gathering, goOn))!
  for (const end of [1000, 2000]) gathered = await gatherer.add(gathered, gathering, numberedRows(end - 1000, end))
  if (stopAt === 'kept') await stop()
  const last = numberedRows(2000, 3000, 100)
  const batches = (async function* () {
    yield* last.batches
    if (stopAt === 'adding') await stop()
  })()
  gathered = await gatherer.add(gathered, gathering, { schema, batches })
  await gatherer.show(gathered, gathering, { ready: stopAt === 'showing' ? stop : goOn })
  await stop()
}
