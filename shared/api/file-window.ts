import * as z from 'zod'
import { fileParsers } from '../domain/file-parser.ts'
import { Format, window } from './rows.ts'

/** Which rows in a file are wanted; without a format, its bytes are. */
export const fileWindow = {
  format: Format.meta({ description: 'Gives the rows of a CSV, TSV, NDJSON, JSON or Parquet file in this format.' }),
  parse: z
    .enum(fileParsers)
    .default('auto')
    .meta({ description: 'Of rows: what the file is. `auto` tells by its name.' }),
  select: window.select,
  where: window.where,
  limit: window.limit,
  cursor: window.cursor,
}
