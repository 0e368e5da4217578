/** Writes without an end to where it is told, until it is killed. It says `writing` once much of it is at the server. */
import { kinds } from '../../shared/connectors/index.ts'
import type { Batch, Field } from '../../shared/domain/batch.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { loopbackEgress } from '../support/loopback-egress.ts'
import { goOn } from '../support/write-rows.ts'

export interface ChildWriting {
  readonly kind: string
  readonly config: object
  readonly credential: object
  readonly target: string
  readonly mode: 'append' | 'replace' | 'safe'
}

const pieces = 20
const say = (piece: number) => {
  if (piece === pieces) process.stdout.write('writing\n')
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; ; piece++) {
    yield Buffer.alloc(100_000, 'x')
    say(piece)
  }
}

const schema: readonly Field[] = [{ name: 'n', type: { is: 'int32' }, nullable: false, native: 'int' }]

async function* batches(): AsyncGenerator<Batch> {
  for (let piece = 0; ; piece++) {
    yield { rows: 20_000, columns: [{ layout: 'fixed', values: Int32Array.from({ length: 20_000 }, (_, i) => i) }] }
    say(piece)
  }
}

if (import.meta.main) {
  const { kind: name, config, credential, target, mode }: ChildWriting = JSON.parse(process.argv[2]!)
  const kind = kinds.find(({ kind }) => kind === name)!
  const writer = await kind.writing!.open({
    config: kind.config.parse(config),
    credential: new Secret(kind.credential.parse(credential)),
    egress: loopbackEgress(),
    signal: new AbortController().signal,
  })
  if (writer.to === 'files') await writer.put(target, bytes(), { ifAbsent: mode === 'safe', ready: goOn })
  else await writer.put(target, { schema, batches: batches() }, { mode: mode as 'append', ready: goOn })
}
