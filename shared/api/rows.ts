import * as z from 'zod'
import { Filter, type Order } from '../domain/filter.ts'

/** Longest `where` taken, characters, and how deep its brackets may nest. */
const longestWhere = 65_536
const deepest = 64

/** A JSON list of names, or names with commas between. */
const names = (text: string): unknown => (text.startsWith('[') ? JSON.parse(text) : text.split(','))

const json = (text: string, context: z.RefinementCtx, read: (text: string) => unknown): unknown => {
  try {
    if (depth(text) > deepest) throw new RangeError('too deep')
    return read(text)
  } catch {
    context.addIssue({ code: 'custom', message: `must be JSON, nested at most ${deepest} deep` })
    return z.NEVER
  }
}

const Select = z
  .string()
  .min(1)
  .max(longestWhere)
  .transform((text, context) => json(text, context, names))
  .pipe(z.array(z.string().min(1)).min(1).max(1600))
  .meta({ description: 'Columns, in order: `a,b`, or a JSON list where a name holds a comma.', examples: ['id,name'] })

const Where = z
  .string()
  .min(1)
  .max(longestWhere)
  .transform((text, context) => json(text, context, JSON.parse))
  .pipe(Filter)
  .meta({
    description: 'Which rows, as JSON: `["price","gt",10]`, `{"and":[…]}`, `{"or":[…]}`, `{"not":…}`.',
    examples: ['["price","gt",10]'],
  })

const OrderBy = z
  .string()
  .min(1)
  .max(longestWhere)
  .transform((text, context) => json(text, context, names))
  .pipe(z.array(z.string().min(1)).min(1).max(32))
  .transform((columns): Order[] =>
    columns.map((name) =>
      name.startsWith('-') ? { column: name.slice(1), descending: true } : { column: name, descending: false },
    ),
  )
  .meta({ description: 'Columns to order by, `-` before a descending one: `["-created","id"]`.', examples: ['-id'] })

/** The most rows that one request may ask for; without a limit, a streamed format gives them all. */
export const mostRows = 100_000_000

export const RowLimit = z.coerce.number().int().min(1).max(mostRows).optional()

export const formats = ['json', 'ndjson', 'csv', 'arrow', 'parquet'] as const
export const Format = z.enum(formats).optional().meta({ description: 'The format of the reply; wins over `Accept`.' })

/** The query of what reads rows. Without `limit`: 100 rows as JSON, every row in the other formats. */
export const window = {
  select: Select.optional(),
  where: Where.optional(),
  order: OrderBy.optional(),
  limit: RowLimit,
  cursor: z.string().max(65_536).optional().meta({ description: 'What the page before gave as `next`.' }),
  format: Format,
}

export const Column = z
  .object({ name: z.string(), type: z.string(), nativeType: z.string(), nullable: z.boolean() })
  .meta({ id: 'Column' })

/** Rows as JSON; int64, decimal, date and timestamp values are text, binary is base64. */
export const Rows = z
  .object({
    columns: z.array(Column),
    rows: z.array(z.array(z.unknown())),
    next: z.string().nullable().meta({ description: 'The cursor of the next page; null at the end.' }),
  })
  .meta({ id: 'Rows' })

function depth(text: string): number {
  let open = 0
  let most = 0
  for (let i = 0, quoted = false; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '\\') i++
      else if (c === '"') quoted = false
    } else if (c === '"') quoted = true
    else if (c === '[' || c === '{') most = Math.max(most, ++open)
    else if (c === ']' || c === '}') open--
  }
  return most
}
