import { basename } from 'node:path'
import { type Run, text, UsageError, whole } from '../command.ts'
import { bodyOf, pairsOf } from '../input.ts'
import { writeItem, writeItems } from '../output.ts'
import { splitPlace } from '../place.ts'
import { saveFile, writeBytes } from '../transfer.ts'

export const describeTable: Run = async (context, [what]) => {
  const [source, table] = splitPlace(what!, 'table')
  const found = await (await context.headgate()).sources.at(source).table(table).describe()
  const { columns, ...rest } = found
  if (context.output.format !== 'table') return writeItem(context.output, found)
  await writeItems(context.output, columns, ['name', 'type', 'nativeType', 'nullable', 'comment'])
  const keys = rest.primaryKey.length > 0 ? `, primary key ${rest.primaryKey.join(', ')}` : ''
  context.note(`${rest.kind}${rest.estimate === null ? '' : `, about ${rest.estimate} rows`}${keys}`)
}

export const listFiles: Run = async (context, [source, prefix], options) => {
  const input = { prefix: prefix ?? '', ...(options.recursive !== true && { delimiter: '/' as const }) }
  const objects = (await context.headgate()).sources.at(source!).objects(input)
  await writeItems(context.output, objects, ['key', 'size', 'modified'])
}

export const catFile: Run = async (context, [what], options) => {
  const [source, key] = splitPlace(what!, 'path')
  const range = rangeOf(text(options, 'range'))
  const file = (await context.headgate()).sources.at(source).object(key)
  await writeBytes(context, await file.open(range && { headers: { range: `bytes=${range[0]}-${range[1] - 1}` } }))
}

export const getFile: Run = async (context, [what, to]) => {
  const [source, key] = splitPlace(what!, 'path')
  const file = (await context.headgate()).sources.at(source).object(key)
  await saveFile(context, await file.open(), to ?? basename(key))
}

export const sizeOfFile: Run = async (context, [what]) => {
  const [source, key] = splitPlace(what!, 'path')
  const { headers } = await (await context.headgate()).sources.at(source).object(key).head()
  await context.output.write(`${headers.get('content-length')}\n`)
}

export const linkFile: Run = async (context, [what], options) => {
  const [source, key] = splitPlace(what!, 'path')
  const link = await (await context.headgate()).sources.at(source).object(key).link(whole(options, 'seconds'))
  if (context.output.format === 'table') await context.output.write(`${link.url}\n`)
  else await writeItem(context.output, { ...link })
}

export const callOperation: Run = async (context, [source, operation, ...pairs], options) => {
  const said = text(options, 'body')
  const body = said === undefined ? undefined : await bodyOf(said)
  const at = (await context.headgate()).sources.at(source!)
  const answer = await at.operate(operation!, pairsOf(pairs), body)
  const rows = answer.body
  if (context.output.format === 'table' && Array.isArray(rows) && rows.every((row) => row && typeof row === 'object'))
    await writeItems(context.output, rows, [...new Set(rows.flatMap((row) => Object.keys(row as object)))])
  else await context.output.write(`${JSON.stringify(rows, null, context.output.format === 'ndjson' ? 0 : 2)}\n`)
}

/** `begin,end`, half-open. */
export function rangeOf(said: string | undefined): readonly [number, number] | undefined {
  if (said === undefined) return undefined
  const match = /^(\d+),(\d+)$/.exec(said)
  if (match === null || Number(match[1]) > Number(match[2]))
    throw new UsageError(`--range takes begin,end, not ${JSON.stringify(said)}.`)
  return [Number(match[1]), Number(match[2])]
}
