import { Fault } from '../domain/faults.ts'
import { maskText } from '../domain/mask.ts'
import type { Secret } from '../domain/secret.ts'
import type { Writer } from '../domain/writer.ts'
import type { OpenSource } from '../ports/sources.ts'

/** A text shorter than this is too common to be looked for. */
const shortest = 6

type Mask = (text: string) => string
type Method = (...given: unknown[]) => unknown

/**
 * A connection whose failures and checks hold no text of its credential, whatever the source sends back: a server may
 * quote the password that it refuses. Rows and bytes are the source's own and pass as they are.
 */
export function masking(connection: OpenSource, credential: Secret<unknown>): OpenSource
export function masking(connection: Writer, credential: Secret<unknown>): Writer
export function masking(connection: object, credential: Secret<unknown>): object {
  const texts = textsIn(credential.reveal())
  if (texts.length === 0) return connection
  const mask = maskText(texts)
  const masked = Object.entries(connection).map(([name, member]) => {
    if (typeof member === 'function') return [name, masksOf(connection, member as Method, mask)]
    if (member === null || typeof member !== 'object') return [name, member]
    const facet = Object.entries(member).map(([each, method]) => [each, masksOf(member, method as Method, mask)])
    return [name, Object.fromEntries(facet)]
  })
  return Object.fromEntries(masked)
}

const masksOf =
  (of: object, method: Method, mask: Mask) =>
  async (...given: unknown[]): Promise<unknown> => {
    try {
      return maskResult(await method.apply(of, given), mask)
    } catch (thrown) {
      throw maskThrown(thrown, mask)
    }
  }

/** What a call gave, its later failures masked too: those of rows, of files, and of their bytes. */
function maskResult(result: unknown, mask: Mask): unknown {
  if (result === null || typeof result !== 'object') return result
  if (isIterable(result)) return maskFailures(result, mask)
  if ('stages' in result) return JSON.parse(mask(JSON.stringify(result)))
  const streams = Object.entries(result).filter(([, member]) => isIterable(member))
  if (streams.length === 0) return result
  return { ...result, ...Object.fromEntries(streams.map(([name, items]) => [name, maskFailures(items, mask)])) }
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  value !== null && typeof value === 'object' && Symbol.asyncIterator in value

/** No generator: one that is never begun would not tell the source that nobody reads on. */
const maskFailures = (items: AsyncIterable<unknown>, mask: Mask): AsyncIterable<unknown> => ({
  [Symbol.asyncIterator]() {
    const iterator = items[Symbol.asyncIterator]()
    return {
      async next() {
        try {
          const next = await iterator.next()
          return next.done ? next : { done: false, value: maskResult(next.value, mask) }
        } catch (thrown) {
          throw maskThrown(thrown, mask)
        }
      },
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }
  },
})

/** The same error where it holds nothing, otherwise one of the same kind without it, and so with its causes. */
function maskThrown(thrown: unknown, mask: Mask, depth = 0): unknown {
  if (typeof thrown === 'string') return mask(thrown)
  if (!(thrown instanceof Error)) return thrown
  const cause = depth < 6 ? maskThrown(thrown.cause, mask, depth + 1) : undefined
  const told = thrown instanceof Fault ? [thrown.message, thrown.hint, JSON.stringify(thrown.errors)] : [thrown.message]
  const holds = [...told, thrown.stack].some((text) => text !== undefined && mask(text) !== text)
  if (!holds && cause === thrown.cause) return thrown
  if (thrown instanceof Fault) {
    const { code, detail, hint, errors, retryAfter, headers } = thrown
    return new Fault(code, mask(detail), {
      ...(hint !== undefined && { hint: mask(hint) }),
      ...(errors && { errors: JSON.parse(mask(JSON.stringify(errors))) }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(headers && { headers }),
      cause,
    })
  }
  const { code } = thrown as NodeJS.ErrnoException
  return Object.assign(
    new Error(mask(thrown.message), { cause }),
    { name: thrown.name },
    code !== undefined && { code },
  )
}

/** Every text in a credential that is long enough to be a secret; the lines of a long one too. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string')
    return [value, ...value.split(/\r?\n/)].map((text) => text.trim()).filter((text) => text.length >= shortest)
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsIn)
}
