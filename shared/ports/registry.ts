import type { Name } from '../domain/connector.ts'

/** A version of a dataset as engines are to see it: rows in Parquet files. */
export interface RegisteredTable {
  readonly dataset: Name
  readonly title: string
  readonly version: number
  /** Names that differ in lower case too; types are our names of types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** The keys of its parts. Columns are found in them by name; one that a part lacks is null there. */
  readonly files: readonly string[]
  readonly rows: number
}

/** Where engines that know nothing of Headgate find which files are a dataset now. */
export interface Registry {
  /** Has a dataset shown as that version, all of it from one moment on, in the place of what was shown. Fault busy. */
  put(table: RegisteredTable): Promise<void>
  /** Shows a dataset no more. One that is not shown is fine. */
  remove(dataset: Name): Promise<void>
  /** What is shown, in whatever order. */
  list(page: { readonly after?: string }): Promise<{
    readonly tables: readonly { readonly dataset: Name; readonly version: number }[]
    readonly next: string | null
  }>
}
