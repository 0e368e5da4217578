import type { Rows } from '../../clients/typescript/index.ts'
import type { Viewed } from '../../clients/typescript/snippets.ts'
import { type Options, type Run, text, texts, UsageError, whole } from '../command.ts'
import { type Context, readAll } from '../context.ts'
import { writeItem, writeItems } from '../output.ts'
import { parsePlace } from '../place.ts'
import { writeRows } from '../rows.ts'
import { parseWhere } from '../where.ts'

/** The rows of a table, a file or a dataset. */
export const pull: Run = async (context, [what], options) => {
  await read(context, what!, options, whole(options, 'limit'))
}

/** The first rows. */
export const head: Run = async (context, [what], options) => {
  await read(context, what!, options, whole(options, 'limit') ?? 10)
}

async function read(context: Context, what: string, options: Options, limit: number | undefined): Promise<void> {
  const place = parsePlace(what)
  const which = whichOf(options)
  if (!('dataset' in place) && Object.keys(which).length > 0)
    throw new UsageError('Only a dataset has versions.', 'A dataset is said by its name alone, without a slash.')
  const window = { ...windowOf(options), ...given('limit', limit) }
  await context.showView({ of: { ...place, ...which } as Viewed, ...window })
  const headgate = await context.headgate()
  if ('dataset' in place) await writeRows(context, headgate.datasets.at(place.dataset), { ...window, ...which })
  else if ('table' in place) await writeRows(context, headgate.sources.at(place.source).table(place.table), window)
  else await writeRows(context, headgate.sources.at(place.source).object(place.key), window)
}

/** What is in the columns of a dataset. */
export const statistics: Run = async (context, [name], options) => {
  const headgate = await context.headgate()
  const { select, where } = windowOf(options)
  const found = await headgate.datasets
    .at(name!)
    .statistics({ ...whichOf(options), ...given('select', select), ...given('where', where) })
  if (context.output.format !== 'table') return writeItem(context.output, found)
  await writeItems(context.output, found.columns, ['name', 'type', 'nulls', 'distinct', 'min', 'max'])
  context.note(`${found.rows} rows of version ${found.version}`)
}

/** The rows of a reading query; `-` reads it from standard input. */
export const query: Run = async (context, [source, said], options) => {
  const sql = said === '-' || said === undefined ? await readAll(process.stdin) : said
  const parameters = texts(options, 'parameter').map(parameterOf)
  const limit = whole(options, 'limit')
  const window = given('limit', limit)
  await context.showView({ of: { source: source!, sql, ...(parameters.length > 0 && { parameters }) }, ...window })
  const headgate = await context.headgate()
  await writeRows(context, headgate.sources.at(source!).query(sql, parameters) as Rows<never>, window)
}

/** The first rows of exactly what a snapshot would copy. */
export const preview: Run = async (context, [name], options) => {
  const headgate = await context.headgate()
  await writeRows(context, headgate.datasources.preview(name!) as Rows<never>, { limit: whole(options, 'limit') ?? 10 })
}

/** `7`, `true`, `null` and `"text"` are what JSON says they are; everything else is text. */
function parameterOf(said: string): string | number | boolean | null {
  try {
    const value = JSON.parse(said)
    if (value === null || typeof value !== 'object') return value
  } catch {}
  return said
}

const whichOf = (options: Options) => ({
  ...given('version', whole(options, 'version')),
  ...given('asOf', text(options, 'asOf')),
})

function windowOf(options: Options) {
  const where = text(options, 'where')
  return {
    ...given('select', names(text(options, 'select'))),
    ...given('where', where === undefined ? undefined : parseWhere(where)),
    ...given('order', names(text(options, 'order'))),
  }
}

/** A JSON list, or names with commas between. */
function names(said: string | undefined): readonly string[] | undefined {
  if (said === undefined) return undefined
  if (!said.startsWith('[')) return said.split(',').map((name) => name.trim())
  try {
    return JSON.parse(said) as readonly string[]
  } catch {
    throw new UsageError(`${JSON.stringify(said)} is no JSON list.`)
  }
}

const given = <K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V }
