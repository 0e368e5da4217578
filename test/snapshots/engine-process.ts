import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { ChildWork } from './engine-child.ts'

/** A worker in a process of its own: how it ended, and the places that it came by. */
export async function workInProcess(
  of: ChildWork,
): Promise<{ signal: string | null; outcome?: string; places?: [string, number][] }> {
  const file = new URL('engine-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--no-warnings', file, JSON.stringify(of)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = text(child.stdout)
  const [, signal] = await once(child, 'exit')
  return { signal, ...(signal === null && JSON.parse(await said)) }
}

/** The places at which a worker can be killed: each at its first, its middle and its last time. */
export const placesOf = (places: readonly [string, number][]): { readonly place: string; readonly time: number }[] =>
  places.flatMap(([place, times]) => [...new Set([1, Math.ceil(times / 2), times])].map((time) => ({ place, time })))
