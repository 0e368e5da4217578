import { createHash } from 'node:crypto'
import { Fault } from '../domain/faults.ts'
import type { Manifest, Part } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { partName } from './keys.ts'
import { scanVersion } from './read-rows.ts'

export interface Verified {
  /** Found, not told by the manifest. */
  readonly rows: number
  readonly bytes: number
  readonly problems: readonly { readonly file: string; readonly detail: string }[]
}

/** Reads every part of a version: its bytes are counted and hashed, and its rows are counted. */
export async function verifyVersion(
  world: World<{ objects: 'read' }>,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Verified> {
  const found = { rows: 0, bytes: 0 }
  const problems: { file: string; detail: string }[] = []
  for (const part of manifest.parts) {
    try {
      const { bytes, sha256 } = await measure(world, part, signal)
      found.bytes += bytes
      if (bytes !== part.bytes) throw differs(`has ${bytes} bytes, not ${part.bytes}`)
      if (sha256 !== part.sha256) throw differs(`has the SHA-256 ${sha256}, not ${part.sha256}`)
      const rows = manifest.shape === 'rows' ? await countRows(world, manifest, part, signal) : 0
      found.rows += rows
      if (rows !== part.rows) throw differs(`has ${rows} rows, not ${part.rows}`)
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      problems.push({ file: part.path ?? partName(part.key), detail: thrown.detail })
    }
  }
  return { ...found, problems }
}

async function measure({ objects }: World<{ objects: 'read' }>, { key }: Part, signal: AbortSignal) {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of await objects.get(key)) {
    signal.throwIfAborted()
    hash.update(chunk)
    bytes += chunk.byteLength
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** The bytes are right by now, so that one column tells how many rows they are. */
async function countRows(world: World<{ objects: 'read' }>, manifest: Manifest, part: Part, signal: AbortSignal) {
  // as many as there are: more than the manifest says must be seen too
  const alone = { ...manifest, parts: [{ ...part, rows: Number.MAX_SAFE_INTEGER }] }
  let rows = 0
  for await (const batch of scanVersion(world, alone, { select: [manifest.columns[0]!.name], signal }).batches)
    rows += batch.rows
  return rows
}

const differs = (how: string): Fault => new Fault('internal', `The file ${how}.`)
