import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type AsyncBuffer, asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import postgres from 'postgres'
import type { FlightsLogin } from './flights.ts'
import { copyRow, vegaFile } from './public-data.ts'

const columns = ['date', 'delay', 'distance', 'origin', 'destination'] as const

const create = `
  CREATE TABLE flights (
    flight_id integer NOT NULL, date timestamp NOT NULL, delay integer, distance integer, origin text, destination text
  );
  COMMENT ON TABLE flights IS 'Three million flights within the United States, early 2001 (BTS, by vega-datasets)';
  COMMENT ON COLUMN flights.flight_id IS 'The position in the file, from 1';
  COMMENT ON COLUMN flights.date IS 'Scheduled departure, local time';
  COMMENT ON COLUMN flights.delay IS 'Minutes; negative when early';
  COMMENT ON COLUMN flights.distance IS 'Miles';`

async function load(login: FlightsLogin): Promise<void> {
  const sql = postgres({ ...login, max: 1, fetch_types: false, onnotice: () => {} })
  const rows = await sql.begin(async (transaction) => {
    await transaction.unsafe(create)
    let count = 0
    const lines = async function* () {
      for await (const chunk of flightRows()) {
        count = chunk.until
        yield chunk.text
      }
    }
    await pipeline(Readable.from(lines()), await transaction.unsafe('COPY flights FROM STDIN').writable())
    await transaction.unsafe('ALTER TABLE flights ADD PRIMARY KEY (flight_id); ANALYZE flights')
    return count
  })
  await sql.end()
  parentPort?.postMessage(rows)
}

const rowsAChunk = 2000

/** The file's rows as lines of COPY's text format, a chunk at a time; one row group is in memory. */
async function* flightRows(): AsyncGenerator<{ readonly text: string; readonly until: number }> {
  const file = await asyncBufferFromFile(vegaFile('flights-3m.parquet'))
  const metadata = await parquetMetadataAsync(file)
  let first = 0
  for (const { num_rows } of metadata.row_groups) {
    const rows = Number(num_rows)
    const read = await readColumns(file, metadata, first, first + rows)
    for (let from = 0; from < rows; from += rowsAChunk) {
      const until = Math.min(rows, from + rowsAChunk)
      let text = ''
      for (let i = from; i < until; i++) text += copyRow([first + i + 1, ...read.map((column) => column[i] ?? null)])
      yield { text, until: first + until }
    }
    first += rows
  }
}

type Cell = string | number | null

/** The columns of a half-open range of rows that is a row group. */
async function readColumns(file: AsyncBuffer, metadata: FileMetaData, rowStart: number, rowEnd: number) {
  const read = new Map<string, Cell[]>()
  await parquetRead({
    file,
    metadata,
    compressors,
    columns: [...columns],
    rowStart,
    rowEnd,
    // The times have no zone: as text they get none.
    parsers: { timestampFromMicroseconds: (micros) => new Date(Number(micros / 1000n)).toISOString().slice(0, -1) },
    onChunk: ({ columnName, columnData }) => {
      const column = read.get(columnName) ?? []
      for (const value of columnData as Iterable<Cell>) column.push(value)
      read.set(columnName, column)
    },
  })
  return columns.map((name) => read.get(name) ?? [])
}

await load(workerData as FlightsLogin)
