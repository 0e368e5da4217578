import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Measured {
  readonly seconds: number
  /** Peak resident memory, MB, where the process told it. */
  readonly peakMb?: number
}

/** Runs a command in a shell and times it. Fails with what it printed to standard error. */
export async function timeCommand(command: string, environment: Readonly<Record<string, string>>): Promise<Measured> {
  const began = performance.now()
  const child = spawn('bash', ['-c', `set -euo pipefail; ${command}`], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.join('')}`)
  return { seconds: (performance.now() - began) / 1000 }
}

/** Runs a TypeScript file in a process of its own that prints `{ seconds, peakMb }` as its last line. */
export async function timeProgram(file: string, settings: object): Promise<Measured> {
  const cache = join(import.meta.dirname, '../node_modules/.cache/headgate')
  const child = spawn(process.execPath, [file, JSON.stringify(settings)], {
    // As `npm start` has it.
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${file} ended with ${code}`)
  return JSON.parse(text.trim().split('\n').at(-1)!) as Measured
}

export interface Contest {
  readonly what: string
  readonly goal: string
  readonly ours: () => Promise<Measured>
  readonly reference: { readonly name: string; readonly run: () => Promise<Measured> }
}

export interface Outcome {
  readonly what: string
  readonly seconds: number
  readonly reference: string
  readonly referenceSeconds: number
  /** The median of the ratios of neighbouring runs. */
  readonly ratio: number
  readonly goal: string
  readonly peakMb: number | undefined
}

/** Runs ours and the reference in turn, after one round that does not count. */
export async function contend({ what, goal, ours, reference }: Contest, rounds: number): Promise<Outcome> {
  const pairs: [Measured, Measured][] = []
  for (let round = 0; round <= rounds; round++) {
    const pair: [Measured, Measured] = [await ours(), await reference.run()]
    if (round > 0) pairs.push(pair)
  }
  const peaks = pairs.flatMap(([a]) => (a.peakMb === undefined ? [] : [a.peakMb]))
  return {
    what,
    seconds: median(pairs.map(([a]) => a.seconds)),
    reference: reference.name,
    referenceSeconds: median(pairs.map(([, b]) => b.seconds)),
    ratio: median(pairs.map(([a, b]) => a.seconds / b.seconds)),
    goal,
    peakMb: peaks.length > 0 ? Math.max(...peaks) : undefined,
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The outcomes as a table. */
export function printOutcomes(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map((o) => [
    o.what,
    o.seconds.toFixed(3),
    o.reference,
    o.referenceSeconds.toFixed(3),
    o.ratio.toFixed(2),
    o.goal,
    o.peakMb === undefined ? '' : o.peakMb.toFixed(0),
  ])
  const head = ['what', 's', 'reference', 's', 'ratio', 'goal', 'peak MB']
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((row) => row[i]!.length)))
  for (const row of [head, ...rows]) console.log(row.map((cell, i) => cell.padEnd(widths[i]!)).join('  '))
}
