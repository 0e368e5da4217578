/** A page of a list. `next` is null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** A list that is read page by page: iterate its items, or its `pages()`; `toArray()` reads them all. */
export class Pages<Item> implements AsyncIterable<Item> {
  readonly #read: (cursor?: string) => Promise<Page<Item>>

  constructor(read: (cursor?: string) => Promise<Page<Item>>) {
    this.#read = read
  }

  /** One page: the first, or the one of a cursor. */
  page(cursor?: string): Promise<Page<Item>> {
    return this.#read(cursor)
  }

  async *pages(): AsyncGenerator<Page<Item>> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Page<Item> = await this.#read(cursor)
      yield page
      cursor = page.next
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for await (const { items } of this.pages()) yield* items
  }

  async toArray(): Promise<Item[]> {
    const all: Item[] = []
    for await (const item of this) all.push(item)
    return all
  }
}
