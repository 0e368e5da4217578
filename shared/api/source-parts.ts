import { NameOrUid } from '../domain/connector.ts'

/** The path part that names a source. */
export const source = { source: NameOrUid }

/** Faults of what opens a source. */
export const opening = [
  'not-found',
  'not-offered',
  'address-not-allowed',
  'source-refused',
  'source-unreachable',
  'source-failed',
  'source-timeout',
] as const

/** Faults of what reads rows of a source. */
export const reading = [...opening, 'not-acceptable', 'source-changed', 'value-not-representable', 'too-large'] as const
