import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BadStart } from './settings.ts'

export interface DataFolder {
  readonly path: string
  /** The absolute path of a member. */
  at(...parts: readonly string[]): string
  release(): void
}

/**
 * Makes the folder where there is none, and holds it for this process alone. The hold is a lock of the operating
 * system on a file in it, so that it ends with the process, however that ends. Throws BadStart where another holds it.
 */
export async function holdDataFolder(path: string): Promise<DataFolder> {
  try {
    // Others may pass through, as the demo's database must where root runs this, but may not list.
    const made = await mkdir(path, { recursive: true })
    if (made !== undefined) await chmod(path, 0o711)
  } catch (cause) {
    throw new BadStart(`The data folder ${path} cannot be made: ${(cause as Error).message}.`, { cause })
  }
  const release = await lock(path)
  return { path, at: (...parts) => join(path, ...parts), release }
}

const sqliteBusy = 5

async function lock(path: string): Promise<() => void> {
  const holder = join(path, 'pid')
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(join(path, 'lock'))
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db?.close()
    if ((cause as { errcode?: number }).errcode !== sqliteBusy)
      throw new BadStart(`The data folder ${path} cannot be written to: ${(cause as Error).message}.`, { cause })
    const pid = (await readFile(holder, 'utf8').catch(() => '')).trim() || 'unknown'
    throw new BadStart(
      `The data folder ${path} is in use by process ${pid}.\n` +
        'Stop that one first, or choose another folder: npm start -- --data .headgate-2 (or HEADGATE_DATA).',
      { cause },
    )
  }
  const held = db
  await writeFile(holder, `${process.pid}\n`)
  return () => held.close()
}
