import type { Context } from './context.ts'

export type OptionValue = string | boolean | readonly string[] | undefined
export type Options = Readonly<Record<string, OptionValue>>

/** What a command does. Its arguments come in their order; one that was not given is undefined. */
export type Run = (context: Context, args: readonly (string | undefined)[], options: Options) => Promise<void>

export interface Command {
  /** The noun and the verb, with the arguments as help shows them: `tables get <source/table>`. */
  readonly usage: string
  readonly summary: string
  /** Flags as help shows them (`--search <text>`), each with what it means. Repeatable ones end in `...`. */
  readonly options?: Readonly<Record<string, string>>
  /** It takes something away: wants `--yes`, or a yes on a terminal. */
  readonly destructive?: boolean
  /** It is for programs: help does not name it. */
  readonly hidden?: boolean
  /** More for its help: examples. */
  readonly more?: string
  /** Loads what it does, which help need not. */
  readonly run: () => Promise<Run>
}

/** The words that name a command, without its arguments. */
export const wordsOf = ({ usage }: Pick<Command, 'usage'>): readonly string[] =>
  usage.split(' ').filter((word) => !/^[<[]/.test(word))

export const argumentsOf = ({ usage }: Pick<Command, 'usage'>): readonly string[] =>
  usage.split(' ').filter((word) => /^[<[]/.test(word))

/** A text option that was given. */
export const text = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export const texts = (options: Options, name: string): readonly string[] => {
  const value = options[name]
  return Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : []
}

/** A whole number that was given. */
export function whole(options: Options, name: string, least = 0): number | undefined {
  const value = text(options, name)
  if (value === undefined) return undefined
  if (!/^-?\d{1,12}$/.test(value) || Number(value) < least)
    throw new UsageError(`--${name} takes a whole number, not ${JSON.stringify(value)}.`)
  return Number(value)
}

/** The command was not said right: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
