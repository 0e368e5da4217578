import type { Column, Row, Rows } from '../api/types.ts'

/** Gives one page of rows: that after `cursor`, or the first. */
export type ReadPage = (cursor: string | undefined, limit: number, signal: AbortSignal) => Promise<Rows>

/** Rows kept at once: what was scrolled past before is read anew when it is come back to. */
const mostKept = 200_000

/** As far as one scrolls; then a filter helps more. */
export const mostRows = 1_000_000

const pageSizes = [1000, 1000, 2000] as const

interface PlacedPage {
  readonly begin: number
  readonly count: number
  readonly cursor: string | undefined
  rows: readonly Row[] | undefined
}

export interface RowsState {
  readonly columns: readonly Column[] | undefined
  /** Rows that are known of, from the first on. */
  readonly count: number
  readonly isComplete: boolean
  readonly isLoading: boolean
  readonly failure: unknown
}

/** Rows of a table, read page by page as they are needed and forgotten again where they are too many. */
export class RowPages {
  readonly #read: ReadPage
  #gone = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #again = new Set<PlacedPage>()
  #pages: PlacedPage[] = []
  #next: string | null | undefined
  #state: RowsState = { columns: undefined, count: 0, isComplete: false, isLoading: false, failure: undefined }

  constructor(read: ReadPage) {
    this.#read = read
  }

  readonly state = (): RowsState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Undefined while it is being read. */
  rowAt(index: number): Row | undefined {
    const page = this.#pageOf(index)
    return page?.rows?.[index - page.begin]
  }

  /** Sees to it that the rows of [begin, end) are there, and those a little further on. */
  need(begin: number, end: number): void {
    for (let index = begin; index < end; ) {
      const page = this.#pageOf(index)
      if (page === undefined) break
      if (page.rows === undefined) void this.#readAgain(page)
      index = page.begin + page.count
    }
    if (end + 100 >= this.#state.count) void this.more()
  }

  async more(): Promise<void> {
    const { isComplete, isLoading, count, failure } = this.#state
    const { signal } = this.#gone
    if (isComplete || isLoading || failure !== undefined || signal.aborted) return
    this.#change({ isLoading: true })
    const cursor = this.#next ?? undefined
    try {
      const limit = pageSizes[Math.min(this.#pages.length, pageSizes.length - 1)]!
      const { columns, rows, next } = await this.#read(cursor, limit, signal)
      if (signal.aborted) return
      this.#pages.push({ begin: count, count: rows.length, cursor, rows })
      this.#next = next
      this.#forget(count)
      const total = count + rows.length
      // One object for all pages: what depends on the columns need not be made anew.
      this.#change({
        columns: this.#state.columns ?? columns,
        count: total,
        isLoading: false,
        isComplete: next === null || total >= mostRows,
      })
    } catch (failure) {
      if (!signal.aborted) this.#change({ isLoading: false, failure })
    }
  }

  /** Begins to read, also after a stop. */
  start(): void {
    if (this.#gone.signal.aborted) {
      this.#gone = new AbortController()
      this.#again.clear()
      this.#change({ isLoading: false })
    }
    void this.more()
  }

  retry(): void {
    this.#change({ failure: undefined })
    void this.more()
  }

  stop(): void {
    this.#gone.abort()
  }

  async #readAgain(page: PlacedPage): Promise<void> {
    if (this.#again.has(page)) return
    this.#again.add(page)
    const { signal } = this.#gone
    try {
      const { rows } = await this.#read(page.cursor, page.count, signal)
      if (signal.aborted) return
      page.rows = rows
      this.#forget(page.begin)
      this.#change({})
    } catch (failure) {
      if (!signal.aborted) this.#change({ failure })
    } finally {
      this.#again.delete(page)
    }
  }

  /** Lets the rows go that are furthest from where the reader is. */
  #forget(near: number): void {
    const kept = this.#pages
      .filter(({ rows }) => rows !== undefined)
      .toSorted((a, b) => Math.abs(a.begin - near) - Math.abs(b.begin - near))
    let total = 0
    for (const page of kept) {
      total += page.count
      if (total > mostKept && page !== kept[0]) page.rows = undefined
    }
  }

  #pageOf(index: number): PlacedPage | undefined {
    let [low, high] = [0, this.#pages.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const page = this.#pages[middle]!
      if (index < page.begin) high = middle - 1
      else if (index >= page.begin + page.count) low = middle + 1
      else return page
    }
    return undefined
  }

  #change(part: Partial<RowsState>): void {
    this.#state = { ...this.#state, ...part }
    for (const listener of this.#listeners) listener()
  }
}
