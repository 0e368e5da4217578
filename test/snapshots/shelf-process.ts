import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { csv, type Shelf } from './shelf.ts'

export interface ShelfWork {
  /** Of the disk world that the snapshot is in. */
  readonly folder: string
  readonly id: string
  readonly count: number
  /** Where the worker kills itself: when it is to read this file. */
  readonly dies: string
}

/** So many files, the same in every process. */
export function fillShelf(shelf: Shelf, count: number): void {
  for (let n = 0; n < count; n++) shelf.put(`${String(n).padStart(2, '0')}.csv`, csv(n))
}

/** A worker in a process of its own: how it ended. */
export async function readInProcess(work: ShelfWork): Promise<{ readonly signal: string | null }> {
  const file = new URL('shelf-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--no-warnings', file, JSON.stringify(work)], { stdio: 'inherit' })
  const [, signal] = await once(child, 'exit')
  return { signal }
}
