import { FetchError, JwtBaseError } from 'aws-jwt-verify/error'
import { Fault } from '../../domain/faults.ts'

/** What verifying gives, undefined for a token that is not good. Fault busy where the keys cannot be fetched. */
export async function orNobody<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify()
  } catch (cause) {
    if (cause instanceof FetchError)
      throw new Fault('busy', 'The keys that sign tokens cannot be fetched just now.', { cause, retryAfter: 1 })
    if (cause instanceof JwtBaseError) return undefined
    throw cause
  }
}
