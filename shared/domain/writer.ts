import type { Rows } from './batch.ts'

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

/** Puts rows into tables of where a connector points: all of them or none, whoever dies. */
export interface TableWriter {
  readonly to: 'tables'
  /**
   * `replace`: a new table of these columns takes the place of the one of that name, or is the first. `append`: adds the
   * rows to the table there, columns matched by name. Faults: not-found, invalid-request where the columns do not fit,
   * before any row is read; value-not-representable for a value that the table cannot hold exactly, source-refused.
   */
  put(table: string, rows: Rows, options: Showing & { readonly mode: 'replace' | 'append' }): Promise<void>
  /** Ends everything that was opened. May be called twice. */
  close(): Promise<void>
}

export type Writer = FileWriter | TableWriter
