/** Rows a second of processor time of each writer, one process each, less what making the rows takes. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { encode, type WireFormat, wireFormats } from '../shared/formats/encode.ts'
import { lineitem } from './lineitem.ts'

interface Run {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly bytes: number
  readonly peakMegabytes: number
}

const rows = Number(process.env.HEADGATE_BENCH_ROWS ?? 2_000_000)
const [child, threads] = process.argv.slice(2)

if (child) console.log(JSON.stringify(await measure(child as WireFormat | 'none', threads === '2')))
else report()

async function measure(format: WireFormat | 'none', worker: boolean): Promise<Run> {
  const started = performance.now()
  let bytes = 0
  const source = lineitem(rows)
  if (format === 'none') for await (const batch of source.batches) bytes += batch.rows * 0
  else for await (const chunk of encode(format, source, { worker })) bytes += chunk.length
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage()
  const peakMegabytes = process.resourceUsage().maxRSS / 1024
  return { seconds, cpuSeconds: (user + system) / 1e6, bytes, peakMegabytes }
}

function report(): void {
  const run = (...words: string[]): Run => {
    const runs = Array.from({ length: 3 }, () =>
      JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...words], { encoding: 'utf8' })),
    ) as Run[]
    return runs.sort((a, b) => a.cpuSeconds - b.cpuSeconds)[1]!
  }
  const none = run('none', '1')
  const table = [
    ...wireFormats.map((format) => [format, run(format, '1')] as const),
    ['parquet, 2 threads', run('parquet', '2')] as const,
  ].map(([name, { seconds, cpuSeconds, bytes, peakMegabytes }]) => ({
    writer: name,
    'million rows / CPU s': ((rows / (cpuSeconds - none.cpuSeconds)) * 1e-6).toFixed(2),
    seconds: seconds.toFixed(2),
    'CPU seconds': cpuSeconds.toFixed(2),
    'MB out': (bytes / 1e6).toFixed(1),
    'peak MB': peakMegabytes.toFixed(0),
  }))
  console.log(
    `${rows} rows; making them takes ${none.cpuSeconds.toFixed(2)} CPU s and ${none.peakMegabytes.toFixed(0)} MB`,
  )
  console.table(table)
}
