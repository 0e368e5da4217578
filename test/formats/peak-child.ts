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
for await (const chunk of encode(format as WireFormat, lineitem(Number(rows)), { worker: worker === 'yes' })) {
  bytes += chunk.length
}
console.log(JSON.stringify({ bytes, peakMegabytes: process.resourceUsage().maxRSS / 1024, threads }))
