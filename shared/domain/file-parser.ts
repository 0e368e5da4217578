/** How a file is read as rows. `auto` tells by the name of the file. */
export const fileParsers = ['auto', 'csv', 'tsv', 'ndjson', 'json', 'parquet'] as const
export type FileParser = (typeof fileParsers)[number]
