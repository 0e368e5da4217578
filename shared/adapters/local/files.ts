import { randomUUID } from 'node:crypto'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** How the system says that a file is missing, taken, and so on: `ENOENT`, `EEXIST`. */
export const isErrno = (thrown: unknown, ...codes: readonly string[]): boolean =>
  thrown instanceof Error && 'code' in thrown && codes.includes(thrown.code as string)

export interface PlaceOptions {
  readonly scratch: string
  readonly ifAbsent?: boolean
  readonly turn?: (work: () => Promise<boolean>) => Promise<boolean>
}

/** For `catch`: undefined where a file is missing. */
export function unlessMissing(thrown: unknown): undefined {
  if (!isErrno(thrown, 'ENOENT')) throw thrown
}

/**
 * Makes a file whole or not at all: `fill` writes to a new one in `scratch` (of the same disk), which then takes its
 * place. Both contents and name are on the disk when it returns. Readable by its owner alone.
 * `ifAbsent`: gives false where the name is taken; of two at once one wins. `turn` is given the taking of the place,
 * to do it when nobody else may.
 */
export async function placeFile(
  file: string,
  fill: (handle: FileHandle) => Promise<void>,
  { scratch, ifAbsent = false, turn = (work) => work() }: PlaceOptions,
): Promise<boolean> {
  const draft = join(scratch, randomUUID())
  await makeFolder(scratch)
  const handle = await open(draft, 'wx', 0o600)
  try {
    try {
      await fill(handle)
      await handle.sync()
    } finally {
      await handle.close()
    }
    const isPlaced = await turn(() =>
      intoFolder(dirname(file), () => (ifAbsent ? linkIfAbsent(draft, file) : move(draft, file))),
    )
    await syncFolder(dirname(file))
    return isPlaced
  } finally {
    await rm(draft, { force: true })
  }
}

async function move(from: string, to: string): Promise<true> {
  await rename(from, to)
  return true
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) return false
    throw thrown
  }
}

/** Who deletes the last file of a folder may take the folder away between its making and its use: then once more. */
async function intoFolder(folder: string, place: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await makeFolder(folder)
      return await place()
    } catch (thrown) {
      if (tries === 100 || !isErrno(thrown, 'ENOENT')) throw thrown
    }
  }
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** Without it a name may be lost with the power though its file is not. Windows knows no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  let handle: FileHandle
  try {
    handle = await open(folder, 'r')
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return
    throw thrown
  }
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const draftLifeMs = 24 * 60 * 60 * 1000

/** Removes what writers left that died a day ago or longer. */
export async function sweepDrafts(scratch: string): Promise<void> {
  for (const name of await readdir(scratch).catch(() => [])) {
    const draft = join(scratch, name)
    const found = await stat(draft).catch(unlessMissing)
    if (found && Date.now() - found.mtimeMs > draftLifeMs) await rm(draft, { force: true })
  }
}
