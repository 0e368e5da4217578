import * as z from 'zod'
import { Fault, type FaultCode, faults } from '../domain/faults.ts'

/** RFC 9457 problem details, as every failure is answered. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(Object.keys(faults) as [FaultCode]),
    hint: z.string().nullable(),
    retry: z.enum(['never', 'later', 'unknown']),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

/** The fault in a thrown value. What was not foreseen says nothing of itself. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  if (thrown instanceof DOMException && thrown.name === 'AbortError')
    return new Fault('cancelled', 'The request ended before its answer was ready.', { cause: thrown })
  return new Fault('internal', 'The failure is recorded under this request id.', { cause: thrown })
}

/** Any thrown value as problem details. */
export function problem(thrown: unknown, requestId: string): Problem {
  const fault = asFault(thrown)
  const { status, title, retry } = faults[fault.code]
  return {
    type: `/docs/problems#${fault.code}`,
    title,
    status,
    detail: fault.detail,
    instance: `urn:request:${requestId}`,
    code: fault.code,
    hint: fault.hint ?? null,
    retry,
    requestId,
    errors: [...(fault.errors ?? [])],
  }
}
