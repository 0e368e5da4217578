import type { Filter } from '../../../shared/domain/filter.ts'
import type { CallInput, CallOptions, CallReply, Names } from '../call-types.ts'
import { Rows } from '../rows.ts'
import type { Transport } from '../transport.ts'
import type { Link } from './stores.ts'

/** A source and what is in it. It is made without a request; what it offers is known once something is asked. */
export class Source {
  /** Its short name or uid, as it was asked for. */
  readonly source: string
  readonly #api: Transport

  constructor(api: Transport, source: string) {
    this.#api = api
    this.source = source
  }

  /** The source's record: name, title, kind, capabilities. */
  get(options?: CallOptions) {
    return this.#api.call('getSource', { source: this.source }, options)
  }

  /** The databases of its server, where it is one of databases. */
  databases(options?: CallOptions) {
    return this.#api.list('listDatabases', { source: this.source }, options)
  }

  tables(input: Omit<CallInput<'listTables'>, 'source'> = {}, options?: CallOptions) {
    return this.#api.list('listTables', { source: this.source, ...input }, options)
  }

  table(table: string): Table {
    return new Table(this.#api, this.source, table)
  }

  /** The rows of a reading query, where the connector allows them. `$1`, `$2` in it are the parameters. */
  query(sql: string, parameters?: readonly (string | number | boolean | null)[]): Rows<{ readonly limit?: number }> {
    const { source } = this
    return new Rows(this.#api, 'runQuery', (window, format) => ({
      source,
      format,
      body: { sql, ...(parameters && { parameters }), ...(window?.limit !== undefined && { limit: window.limit }) },
    }))
  }

  /** Files: all below a prefix, or with `delimiter: '/'` one level of files and folders. */
  objects(input: Omit<CallInput<'listSourceObjects'>, 'source'> = {}, options?: CallOptions) {
    return this.#api.list('listSourceObjects', { source: this.source, ...input }, options)
  }

  object(key: string): SourceObject {
    return new SourceObject(this.#api, this.source, key)
  }

  operations(input: Omit<CallInput<'listSourceOperations'>, 'source'> = {}, options?: CallOptions) {
    return this.#api.list('listSourceOperations', { source: this.source, ...input }, options)
  }

  /** An operation's parameters and body, as JSON Schemas. */
  describe(operationId: string, options?: CallOptions) {
    return this.#api.call('describeSourceOperation', { source: this.source, operationId }, options)
  }

  /** Calls an operation; the credential is applied on the server. */
  operate(
    operationId: string,
    parameters: Readonly<Record<string, unknown>> = {},
    body?: unknown,
    options?: CallOptions,
  ): Promise<CallReply<'callSourceOperation'>> {
    const sent = { parameters, ...(body !== undefined && { body }) }
    return this.#api.call('callSourceOperation', { source: this.source, operationId, body: sent }, options)
  }
}

/** A table of a source. */
export class Table extends Rows {
  readonly #describe: (options?: CallOptions) => Promise<CallReply<'describeTable'>>

  constructor(api: Transport, source: string, table: string) {
    super(api, 'readRows', (window, format, cursor) => ({ source, table, ...window, format, cursor }))
    this.#describe = (options) => api.call('describeTable', { source, table }, options)
  }

  /** Columns, keys, and how many rows the source thinks there are. */
  describe(options?: CallOptions) {
    return this.#describe(options)
  }
}

/** What can be said of the rows in a file. */
export interface FileWindow {
  readonly select?: Names
  readonly where?: Filter
  readonly limit?: number
  /** What the file is; without it, its name tells. */
  readonly parse?: CallInput<'readSourceObject'>['parse']
}

/** A file of a source: its bytes, and the rows in it where it is CSV, NDJSON, JSON or Parquet. */
export class SourceObject extends Rows<FileWindow> {
  readonly key: string
  readonly #api: Transport
  readonly #at: { readonly source: string; readonly key: string }

  constructor(api: Transport, source: string, key: string) {
    super(api, 'readSourceObject', (window, format, cursor) => ({ source, key, ...window, format, cursor }))
    this.#api = api
    this.#at = { source, key }
    this.key = key
  }

  /** The bytes, or those of a range: `headers: { range: 'bytes=0-99' }`. */
  open(options?: CallOptions): Promise<Response> {
    return this.#api.open('readSourceObject', this.#at, options)
  }

  /** Its size, ETag and time, as headers. */
  head(options?: CallOptions): Promise<Response> {
    return this.#api.call('headSourceObject', this.#at, options)
  }

  /** An address that gives the bytes without a token, for so many seconds; not every kind of source has one. */
  link(seconds?: number, options?: CallOptions): Promise<Link> {
    const sent = { ...this.#at, link: true, ...(seconds !== undefined && { seconds }) }
    return this.#api.json('readSourceObject', sent, options)
  }
}
