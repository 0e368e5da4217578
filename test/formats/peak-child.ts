/**
 * Writes many rows of a format and prints what it took: a process of its own, for the memory test.
 * usage: peak-child FORMAT ROWS yes|no (whether with a second thread)
 */
import { lineitem } from '../../bench/lineitem.ts'
import { encode, type WireFormat } from '../../shared/formats/encode.ts'

const [format, rows, worker] = process.argv.slice(2)

let threads = 0
process.on('worker', () => {
  threads++
})
let bytes = 0
const source = lineitem(Number(rows))
if (format === 'none') for await (const batch of source.batches) bytes += batch.rows
else for await (const chunk of encode(format as WireFormat, source, { worker: worker === 'yes' })) bytes += chunk.length
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    bytes,
    threads,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    cpuSeconds: (user + system) / 1e6,
  }),
)
