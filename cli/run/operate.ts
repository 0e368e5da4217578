import type { OperationId } from '../../clients/typescript/index.ts'
import type { Options, Run } from '../command.ts'
import type { Context } from '../context.ts'
import { writeItem, writeItems } from '../output.ts'

const global = new Set('url profile json format output printCurl printPython quiet yes input timeout limit'.split(' '))

type Fields = Record<string, unknown>
type AnyCall = (id: string, input: Fields) => Promise<unknown>
type AnyList = (id: string, input: Fields) => AsyncIterable<Fields>

/** The fields of a call: its arguments by their places, and its own options by their names. */
function fieldsOf(names: readonly string[], args: readonly (string | undefined)[], options: Options): Fields {
  const given: Fields = Object.fromEntries(names.map((name, i) => [name, args[i]]))
  for (const [name, value] of Object.entries(options)) if (!global.has(name)) given[name] = value
  return given
}

/** Every item of a list, or `--limit` of them. */
export const listing =
  (id: OperationId, names: readonly string[], columns: readonly string[], most?: number): Run =>
  async (context, args, options) => {
    const headgate = await context.headgate()
    const limit = options.limit === undefined ? most : Number(options.limit)
    const input = fieldsOf(names, args, options)
    if (limit !== undefined) input.limit = Math.min(limit, 1000)
    const items = (headgate.list as unknown as AnyList).call(headgate, id, input)
    await writeItems(context.output, limit === undefined ? items : first(items, limit), columns)
  }

/** The answer of a call as one thing. */
export const getting =
  (id: OperationId, names: readonly string[]): Run =>
  async (context, args, options) => {
    await writeItem(context.output, (await call(context, id, fieldsOf(names, args, options))) as Fields)
  }

/** A call whose answer says no more than that it was done. */
export const doing =
  (id: OperationId, names: readonly string[], done: string): Run =>
  async (context, args, options) => {
    await call(context, id, fieldsOf(names, args, options))
    context.note(`${done}: ${args.filter(Boolean).join(' ')}`)
  }

/** A call whose options and fixed fields are its body. */
export const sending =
  (
    id: OperationId,
    names: readonly string[],
    body: (options: Options, args: readonly (string | undefined)[]) => unknown,
  ): Run =>
  async (context, args, options) => {
    const input: Fields = Object.fromEntries(names.map((name, i) => [name, args[i]]))
    const answer = await call(context, id, { ...input, body: body(options, args) })
    if (answer !== undefined) await writeItem(context.output, answer as Fields)
  }

export async function call(context: Context, id: OperationId, input: Fields): Promise<unknown> {
  const headgate = await context.headgate()
  return (headgate.call as unknown as AnyCall).call(headgate, id, input)
}

export async function* first<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let left = count
  for await (const item of items) {
    if (left-- <= 0) return
    yield item
    if (left === 0) return
  }
}
