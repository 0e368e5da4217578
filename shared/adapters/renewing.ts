import { type Check, checkStatus } from '../domain/check.ts'
import { isFault } from '../domain/faults.ts'
import type { OpenSource } from '../ports/sources.ts'

type Method = (...given: unknown[]) => Promise<unknown>

/**
 * A connection that, once the source refuses it, asks whether its credential has been replaced meanwhile: then the
 * refused call is made once more, on a connection with the new one. `renew` gives undefined where nothing is new.
 */
export function renewing(first: OpenSource, renew: () => Promise<OpenSource | undefined>): OpenSource {
  let current = first
  let asking: Promise<OpenSource | undefined> | undefined
  let isClosed = false

  /** The connection to try again with: one for all who are refused at once. */
  const another = async (used: OpenSource): Promise<OpenSource | undefined> => {
    if (current !== used) return current
    asking ??= replace(used).finally(() => {
      asking = undefined
    })
    return asking
  }

  const replace = async (used: OpenSource): Promise<OpenSource | undefined> => {
    // Where the new credential cannot be had, the refusal is what is told.
    const next = await renew().catch(() => undefined)
    if (next === undefined) return undefined
    if (isClosed) {
      await next.close()
      return undefined
    }
    current = next
    await used.close()
    return next
  }

  const retrying =
    (pick: (connection: OpenSource) => Method): Method =>
    async (...given) => {
      const used = current
      try {
        const result = await pick(used)(...given)
        const next = isRefusal(result) ? await another(used) : undefined
        return next ? await pick(next)(...given) : result
      } catch (thrown) {
        const next = isFault(thrown, 'source-refused') ? await another(used) : undefined
        if (next === undefined) throw thrown
        return pick(next)(...given)
      }
    }

  const wrapped = Object.entries(first).map(([name, member]) => {
    if (typeof member === 'function') return [name, retrying((from) => bound(from, name))]
    if (member === null || typeof member !== 'object') return [name, member]
    const facet = Object.keys(member).map((each) => [
      each,
      retrying((from) => bound(from[name as keyof OpenSource] as object, each)),
    ])
    return [name, Object.fromEntries(facet)]
  })
  const close = async () => {
    isClosed = true
    await current.close()
  }
  return { ...Object.fromEntries(wrapped), close }
}

const bound = (from: object, name: string): Method => (from as Record<string, Method>)[name]!.bind(from)

/** A check does not throw: it tells. */
const isRefusal = (result: unknown): boolean =>
  result !== null &&
  typeof result === 'object' &&
  'stages' in result &&
  'warnings' in result &&
  checkStatus(result as Check) === 'BAD_CREDENTIALS'
