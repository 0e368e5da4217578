import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from './files.ts'
import { nameToBytes } from './object-path.ts'

/** What is looked for, as byte strings. */
export interface Walk {
  readonly prefix: string
  /** Exclusive. */
  readonly after: string
}

interface Found {
  /** A file's key; what all keys of a folder begin with. */
  readonly bytes: string
  readonly path: string
  readonly isFolder: boolean
}

/** Names kept at once, of a folder of any size. */
const roundSize = 1024

/** The keys under a folder, in byte order, as byte strings with their files. */
export async function* walkObjects(
  folder: string,
  walk: Walk,
  bytes = '',
): AsyncGenerator<{ bytes: string; path: string }> {
  let passed: Found | undefined
  while (true) {
    const round = await firstNames(
      folder,
      bytes,
      (found) => isWanted(found, walk) && (!passed || order(found, passed) > 0),
    )
    for (const found of round) {
      if (found.isFolder) yield* walkObjects(found.path, walk, found.bytes)
      else yield found
    }
    if (round.length < roundSize) return
    passed = round.at(-1)
  }
}

function isWanted({ bytes, isFolder }: Found, { prefix, after }: Walk): boolean {
  if (!isFolder) return bytes > after && bytes.startsWith(prefix)
  const mayHoldLater = bytes > after || after.startsWith(bytes)
  return mayHoldLater && (bytes.startsWith(prefix) || prefix.startsWith(bytes))
}

/** The first names of a folder that are wanted, in order, without holding the others. */
async function firstNames(folder: string, bytes: string, wanted: (found: Found) => boolean): Promise<readonly Found[]> {
  const kept: Found[] = []
  for await (const entry of entriesOf(folder)) {
    const isFolder = entry.isDirectory()
    const piece = nameToBytes(entry.name, isFolder)
    if (piece === undefined) continue
    const found = { bytes: bytes + piece, path: join(folder, entry.name), isFolder }
    if (!wanted(found)) continue
    kept.push(found)
    if (kept.length === 4 * roundSize) keepFirst(kept)
  }
  keepFirst(kept)
  return kept
}

function keepFirst(kept: Found[]): void {
  kept.sort(order)
  kept.length = Math.min(kept.length, roundSize)
}

/** By bytes alone: folders end in a slash, or in a piece that is longer than any file's beside it. */
const order = (a: Found, b: Found): number => (a.bytes < b.bytes ? -1 : a.bytes > b.bytes ? 1 : 0)

async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder, { bufferSize: 512 })
  } catch (thrown) {
    if (!isErrno(thrown, 'ENOENT')) throw thrown
  }
}
