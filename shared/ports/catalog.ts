import type * as z from 'zod'

/** A family of records under one path, listed in byte order of their ids. The path may hold `/`. */
export interface Collection<T> {
  readonly path: string
  readonly schema: z.ZodType<T>
  /**
   * From each version of these records to the next: a record is of version 1 + the number of steps, and says so. Every
   * change of the schema is a step, `asItIs` where the schema itself fills in what is new. A step takes whatever was kept
   * and throws nothing.
   */
  readonly steps?: readonly Step[]
}

/** Makes a value of one version of its record one of the next. */
export type Step = (value: unknown) => unknown

/** The step of a change that the schema's own defaults make up for. */
export const asItIs: Step = (value) => value

export interface Entry<T> {
  /** 1 to 512 bytes of UTF-8, any characters but NUL. */
  readonly id: string
  /** 1 when created, one more with each replacement. */
  readonly revision: number
  readonly value: T
}

export interface CatalogReader {
  /**
   * The newest written value: reads follow writes. Undefined where there is none, or where it has expired. An older
   * version is brought forward on the way; fault busy where a newer version of Headgate has written it. So does `list`.
   */
  get<T>(collection: Collection<T>, id: string): Promise<Entry<T> | undefined>
  /**
   * Entries in byte order of their ids, after `after` (exclusive), with ids that begin with `prefix`. `limit` is 1 to
   * 1000. `next` is the `after` of the next page.
   */
  list<T>(
    collection: Collection<T>,
    page: { readonly limit: number; readonly after?: string; readonly prefix?: string; readonly descending?: boolean },
  ): Promise<{ readonly entries: readonly Entry<T>[]; readonly next: string | null }>
}

/** One change of a `write`. The collection's schema must accept `value`. */
export type Change =
  /** Fault conflict where the id is taken (an expired one is not). `expires`: seconds since 1970, then it is gone. */
  | { readonly create: Collection<unknown>; readonly id: string; readonly value: unknown; readonly expires?: number }
  /** Fault precondition-failed where the revision is another, not-found where there is no record. */
  | {
      readonly replace: Collection<unknown>
      readonly id: string
      readonly value: unknown
      readonly revision: number
      readonly expires?: number
    }
  /** As `replace`; without a revision, deleting what is not there is fine. */
  | { readonly delete: Collection<unknown>; readonly id: string; readonly revision?: number }

export interface CatalogWriter extends CatalogReader {
  /**
   * All changes or none, at most 100, each of another record, each record at most 350 KB as JSON, and 3.5 MB together:
   * fault too-large. Where several cannot be made, the fault is that of the first. Fault busy: try again.
   */
  write(changes: readonly Change[]): Promise<void>
}
