import type { Batch, Schema } from './batch.ts'
import type { KeyDigests } from './key-digest.ts'

/** What an increment is asked for. */
export interface IncrementAsk {
  /** The column whose values grow with every change; a kind whose rows tell their versions needs none. */
  readonly column?: string | undefined
  /** `merge`: rows have a key, and a changed one takes the place of the old one. `append`: they are only ever added. */
  readonly mode: 'append' | 'merge'
  /** The columns that tell rows apart; absent: the primary key. */
  readonly key?: readonly string[] | undefined
  /** Whether `keyDigests` and `keysIn` will be asked for. */
  readonly deletes: boolean
  /** The `mark` of the increment before, of the version before where everything is read; null: there is none. */
  readonly after: unknown
}

/**
 * Rows that are new since a mark, all of one moment. What it gives is read in this order, each at most once and each to
 * its end: `settled`, `open`, `gone`, `keyDigests`, `keysIn`. It ends with the connection.
 */
export interface Increment {
  readonly schema: Schema
  /** How consistent the rows are with each other. */
  readonly consistency: 'snapshot' | 'none'
  /** Whether every selected row is given: there was no mark, or it fits no more. */
  readonly isWhole: boolean
  /** The columns that tell rows apart, all among the schema's; none for `append`. */
  readonly key: readonly string[]
  /** Where the next increment begins: plain JSON, the kind's own. */
  readonly mark: unknown
  /** Rows that the next increment gives again only if they change. */
  settled(): AsyncIterable<Batch>
  /** Rows that the next increment gives again: something that is under way may still come before them. */
  open(): AsyncIterable<Batch>
  /** The keys of changed rows that the selection holds no more. */
  gone(): AsyncIterable<Batch>
  /** Of the keys of every selected row. */
  keyDigests(): Promise<KeyDigests>
  /** The keys of every selected row that is in one of these buckets. */
  keysIn(buckets: readonly number[]): AsyncIterable<Batch>
}
