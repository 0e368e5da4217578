import type { Rows, Schema } from './batch.ts'

/** When a writer may show what it has written, and under which rule. */
export interface Showing {
  /**
   * Asked when all is written and nothing of it can be seen yet, just before the one step that shows it. Where it throws,
   * nothing must ever be seen.
   */
  ready(): Promise<void>
}

/** Puts files to where a connector points. Seen whole under their names, or not at all, whoever dies. */
export interface FileWriter {
  readonly to: 'files'
  /**
   * Writes a file under a key. `ifAbsent`: fault conflict where there is one already, which stays as it is; without,
   * its place is taken in one step. Faults: not-found where its folder is not there, source-refused, not-offered where
   * the server has no such step.
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>, options: Showing & { readonly ifAbsent: boolean }): Promise<void>
  /** Ends everything that was opened. May be called twice. */
  close(): Promise<void>
}

export type TableMode = 'replace' | 'append'

/** What is gathered, and for whom. */
export interface Gathering {
  /** Lower-case letters and digits, at most 30: whoever begins by the same goes on with what is there. */
  readonly id: string
  readonly table: string
  readonly mode: TableMode
  readonly schema: Schema
  /** So many rows are to be shown in the end. */
  readonly rows: number
  /** Whether someone was at the last step: then what is gathered may be shown already. */
  readonly mayBeShown: boolean
}

/** Rows that lie beside a table. Plain JSON; `at` is the kind's own. */
export interface Gathered {
  /** The first so many are there, and stay, whoever dies. */
  readonly rows: number
  /** Nothing is left to be done. */
  readonly isShown: boolean
  readonly at: unknown
}

/**
 * Gathers rows in a table beside the one that they are for, over the lives of many workers, and shows all of them by one
 * step: as `put` does, with its faults. Who begins takes over from who was at it before, who can add nothing from then on.
 */
export interface Gatherer {
  /**
   * Begins, or goes on. `keep` is asked before anything is made that stays there until it is shown or discarded. Undefined
   * where the login may make no table there, which `append` does not need otherwise.
   */
  begin(gathering: Gathering, keep: () => Promise<void>): Promise<Gathered | undefined>
  /** Adds the rows that come behind those that are there. Fault conflict where another one has taken over. */
  add(to: Gathered, gathering: Gathering, rows: Rows): Promise<Gathered>
  /** The one step that shows all of them. */
  show(gathered: Gathered, gathering: Gathering, showing: Showing): Promise<void>
  /** Removes whatever lies beside for that id. Nothing there is fine. */
  discard(id: string): Promise<void>
}

/** Puts rows into tables of where a connector points: all of them or none, whoever dies. */
export interface TableWriter {
  readonly to: 'tables'
  /**
   * `replace`: a new table of these columns takes the place of the one of that name, or is the first. `append`: adds the
   * rows to the table there, columns matched by name. Faults: not-found, invalid-request where the columns do not fit,
   * before any row is read; value-not-representable for a value that the table cannot hold exactly, source-refused.
   */
  put(table: string, rows: Rows, options: Showing & { readonly mode: TableMode }): Promise<void>
  readonly gatherer: Gatherer
  /** Ends everything that was opened. May be called twice. */
  close(): Promise<void>
}

export type Writer = FileWriter | TableWriter
