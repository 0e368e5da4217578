import type { OperationId } from '../../clients/typescript/index.ts'
import type { Command, Options } from '../command.ts'

type More = Pick<Command, 'options' | 'more'>

/** A command that lists: its arguments are the named fields, its options others. `most`: where nobody asked for more. */
export const list = (
  usage: string,
  id: OperationId,
  summary: string,
  fields: string,
  columns: string,
  { most, options, more }: More & { readonly most?: number } = {},
): Command => ({
  usage,
  summary,
  options: { ...options, '--limit <items>': `at most so many${most === undefined ? '' : ` (${most})`}` },
  ...(more !== undefined && { more }),
  run: async () => (await import('../run/operate.ts')).listing(id, words(fields), words(columns), most),
})

/** A command that shows one thing. */
export const get = (usage: string, id: OperationId, summary: string, fields: string, more: More = {}): Command => ({
  usage,
  summary,
  ...more,
  run: async () => (await import('../run/operate.ts')).getting(id, words(fields)),
})

/** A command that takes something away. */
export const remove = (
  usage: string,
  id: OperationId,
  summary: string,
  fields: string,
  done: string,
  more: More = {},
): Command => ({
  usage,
  summary,
  ...more,
  destructive: true,
  run: async () => (await import('../run/operate.ts')).doing(id, words(fields), done),
})

/** A command whose body is made of its options and arguments. */
export const send = (
  usage: string,
  id: OperationId,
  summary: string,
  fields: string,
  body: (options: Options, args: readonly (string | undefined)[]) => unknown,
  more: More = {},
): Command => ({
  usage,
  summary,
  ...more,
  run: async () => (await import('../run/operate.ts')).sending(id, words(fields), body),
})

const words = (text: string): readonly string[] => text.split(' ').filter(Boolean)
