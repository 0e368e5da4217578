import * as z from 'zod'
import { fileParsers } from '../../domain/file-parser.ts'
import { globPattern, regexPattern } from './pattern.ts'

const longest = 1024

const compiles = (compile: (text: string) => unknown) => (text: string, context: z.RefinementCtx) => {
  try {
    compile(text)
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: `is not a pattern: ${(thrown as Error).message}` })
  }
}

const columnTypes = /^(bool|int64|float64|utf8|json|date|timestamp|timestamptz|decimal\(\d{1,2},\d{1,2}\))$/

/** How the files that are selected become rows, or that they stay as they are. */
export const parseOptions = {
  parse: z
    .enum([...fileParsers, 'none'])
    .default('auto')
    .meta({
      title: 'Read as',
      description:
        'auto: rows where every name says csv, tsv, ndjson, json or parquet (also .gz, .zst), else bytes. none: bytes.',
    }),
  csv: z
    .strictObject({
      delimiter: z
        .string()
        .regex(/^[\t -~]$/, 'must be one ASCII character')
        .optional()
        .meta({ title: 'Delimiter', description: 'When absent: told by the first line.' }),
      header: z
        .boolean()
        .default(true)
        .meta({ title: 'Header', description: 'Whether the first line holds the names.' }),
      nulls: z
        .array(z.string().max(100))
        .max(20)
        .default([''])
        .meta({ title: 'Nulls', description: 'Unquoted texts that mean: no value.' }),
      skip: z.int().min(0).max(1000).default(0).meta({ title: 'Skip', description: 'Lines before the first.' }),
    })
    .optional()
    .meta({ title: 'CSV' }),
  schema: z
    .record(z.string().min(1), z.string().regex(columnTypes, 'must be a type like int64, decimal(10,2) or utf8'))
    .optional()
    .meta({ title: 'Types', description: 'Types of columns by name, instead of what their values look like.' }),
}

const text = z.string().min(1).max(longest)

/** What a datasource of a kind with files names: one file, a folder (`path` ends with `/`), or those of a pattern. */
export const FileSelection = z.union([
  z
    .strictObject({
      path: text.meta({ title: 'File', description: 'The key of a file; of a folder, with / at its end, all below.' }),
      ...parseOptions,
    })
    .meta({ title: 'A file or a folder' }),
  z
    .strictObject({
      match: text.meta({ title: 'Key', description: 'Exactly this key.' }),
      ...parseOptions,
    })
    .meta({ title: 'An exact match' }),
  z
    .strictObject({
      glob: text.superRefine(compiles(globPattern)).meta({ title: 'Glob', examples: ['data/**/*.csv'] }),
      ...parseOptions,
    })
    .meta({ title: 'A glob' }),
  z
    .strictObject({
      regex: text.superRefine(compiles(regexPattern)).meta({
        title: 'Regular expression',
        description: 'Matched against the whole key.',
        examples: ['data/.*\\.csv'],
      }),
      ...parseOptions,
    })
    .meta({ title: 'A regular expression' }),
])
export type FileSelection = z.output<typeof FileSelection>
