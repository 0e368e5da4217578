import type { OperationId } from '../../shared/api/index.ts'
import type { Filter } from '../../shared/domain/filter.ts'
import { concat, splitArrow } from './arrow.ts'
import type { CallOptions, CallReply, Names } from './call-types.ts'
import { readLines } from './lines.ts'
import type { Transport } from './transport.ts'

/** Which rows and columns. */
export interface Window {
  readonly select?: Names
  readonly where?: Filter
  readonly order?: Names
  /** At most so many rows; without it, all of them (of a page 100). */
  readonly limit?: number
}

/** A row by its columns. int64, decimal, date and timestamp are text, so that every digit stays; binary is base64. */
export type Row = Readonly<Record<string, unknown>>

/** Some rows with what their columns are, and the cursor of the next. */
export type RowsPage = CallReply<'readRows'>

export type RowFormat = 'ndjson' | 'csv' | 'arrow' | 'parquet'

/** Anything that has rows, in the forms it can be read in. */
export class Rows<W = Window> {
  readonly #transport: Transport
  readonly #id: OperationId
  readonly #input: (window: W | undefined, format: string, cursor?: string) => object

  constructor(
    transport: Transport,
    id: OperationId,
    input: (window: W | undefined, format: string, cursor?: string) => object,
  ) {
    this.#transport = transport
    this.#id = id
    this.#input = input
  }

  /** Every row, streamed. */
  async *rows<T = Row>(window?: W, options?: CallOptions): AsyncGenerator<T> {
    for await (const batch of this.batches<T>(window, options)) yield* batch
  }

  /** Every row, streamed, in the groups that they arrive in. */
  batches<T = Row>(window?: W, options?: CallOptions): AsyncGenerator<T[]> {
    return readLines<T>(this.stream('ndjson', window, options))
  }

  /** One page with its columns. */
  page(window?: W, cursor?: string, options?: CallOptions): Promise<RowsPage> {
    return this.#call('call', this.#input(window, 'json', cursor), options) as Promise<RowsPage>
  }

  /** Every page, one after the other. */
  async *pages(window?: W, options?: CallOptions): AsyncGenerator<RowsPage> {
    for (let cursor: string | undefined; ; ) {
      const page = await this.page(window, cursor, options)
      yield page
      if (page.next === null) return
      cursor = page.next
    }
  }

  /** The bytes of the rows in a format, as they come. */
  stream(format: RowFormat, window?: W, options?: CallOptions): AsyncGenerator<Uint8Array> {
    return this.#call('stream', this.#input(window, format), options) as AsyncGenerator<Uint8Array>
  }

  /** Every row as one Arrow table, made by `decode`: `tableFromIPC` of `@uwdata/flechette`, or of apache-arrow. */
  async toArrow<T>(decode: (bytes: Uint8Array) => T, window?: W, options?: CallOptions): Promise<T> {
    return decode(concat(await Array.fromAsync(this.stream('arrow', window, options))))
  }

  /** Every row as Arrow tables of one record batch each, as they arrive: memory holds one. */
  async *arrowBatches<T>(decode: (bytes: Uint8Array) => T, window?: W, options?: CallOptions): AsyncGenerator<T> {
    for await (const bytes of splitArrow(this.stream('arrow', window, options))) yield decode(bytes)
  }

  #call(how: 'call' | 'stream', input: object, options?: CallOptions): unknown {
    const method = this.#transport[how] as (id: string, input: object, options?: CallOptions) => unknown
    return method.call(this.#transport, this.#id, input, options)
  }
}
