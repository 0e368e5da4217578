import type { Socket } from 'node:net'
import type * as z from 'zod'
import type { Rows, Schema } from '../domain/batch.ts'
import type { Check } from '../domain/check.ts'
import type { Capability } from '../domain/connector.ts'
import type { Filter, Order } from '../domain/filter.ts'
import type { Increment, IncrementAsk } from '../domain/increment.ts'
import type { ObjectShares } from '../domain/object-shares.ts'
import type { UrlForm } from '../domain/pasted-url.ts'
import type { Secret } from '../domain/secret.ts'
import type { SourceOperations } from '../domain/source-operations.ts'
import type { Writer } from '../domain/writer.ts'

export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/**
 * The one door to the network: every socket of every kind goes through it.
 * Addresses that may not be dialled are refused with the fault `address-not-allowed`, before any packet.
 */
export interface Egress {
  /** Every address of a host, each allowed for that port. Faults: source-unreachable, address-not-allowed. */
  resolve(host: string, port: number, signal?: AbortSignal): Promise<readonly Address[]>
  /** A connected plain TCP socket to one of the host's addresses. Faults: those of `resolve`, source-timeout. */
  connect(host: string, port: number, signal?: AbortSignal): Promise<Socket>
  /**
   * HTTP(S), the answer as it is sent: content codings are not undone, a redirect is an answer too. With
   * `redirect: 'follow'` up to three are followed, each judged, without credentials to another origin.
   * Faults: those of `connect`, source-failed.
   */
  fetch(url: URL, init?: RequestInit): Promise<Response>
}

export interface Paged<T> {
  readonly items: readonly T[]
  /** What to pass as `after` for the following page; null at the end. */
  readonly next: string | null
}

export const tableKinds = ['table', 'view', 'materialized view', 'partitioned', 'foreign'] as const
export type TableKind = (typeof tableKinds)[number]

export interface TableInfo {
  /** The text that names it in a path or a selection: `name` in the default schema, `schema.name` in others. */
  readonly table: string
  readonly schema: string
  readonly name: string
  readonly kind: TableKind
  readonly comment: string | null
  /** The source's own estimate of its rows; null where it has none. */
  readonly estimate: number | null
  /** Bytes it takes at the source; null where that is not known. */
  readonly bytes: number | null
}

export interface TableDescription extends TableInfo {
  readonly columns: Schema
  /** Comments by position in `columns`. */
  readonly comments: readonly (string | null)[]
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly (readonly string[])[]
}

/** Which part of a table is read. Absent members mean: every column, every row, any order, no bound. */
export interface ReadWindow {
  readonly select?: readonly string[] | undefined
  readonly where?: Filter | undefined
  readonly order?: readonly Order[] | undefined
  readonly limit?: number | undefined
  /** Where to go on: what an earlier read of the same select, where and order gave as `next`. */
  readonly after?: string | undefined
}

/** Rows of a window. `next()` may be asked once the batches have ended: where to go on, null at the table's end. */
export type Window = Rows & { next(): string | null }

export interface Query {
  readonly sql: string
  readonly parameters?: readonly (string | number | boolean | null)[] | undefined
  readonly limit?: number | undefined
}

/** Which tables are listed. Absent members mean: of every schema, of any name, from the first on. */
export interface TablesPage {
  /** Another database of the server than that of the connector; only where `databases` is. */
  readonly database?: string
  readonly schema?: string
  /** Text in the name. */
  readonly search?: string
  readonly limit: number
  readonly after?: string
}

/** Which databases are listed. */
export type DatabasesPage = Pick<TablesPage, 'limit' | 'after'>

export interface Tables {
  /** Faults: not-found for a database that is not there. */
  list(page: TablesPage): Promise<Paged<TableInfo>>
  /** Names of the server's databases that the login may see, in byte order; absent where a server has but one. */
  databases?(page: DatabasesPage): Promise<Paged<string>>
  /** Faults: not-found. */
  describe(table: string): Promise<TableDescription>
  /** Faults: not-found, invalid-request (unknown column, operand of the wrong type), source-changed. */
  read(table: string, window: ReadWindow): Promise<Window>
  /** Rows of one reading statement. Faults: invalid-request, source-refused where it would write. */
  query?(query: Query): Promise<Rows>
}

/** A file of the source, or a folder: what is common to the keys that go on after a delimiter. */
export interface ObjectInfo {
  /** The text that names it in a path or a selection. A folder's ends with the delimiter. */
  readonly key: string
  /** The last part of the key, without the delimiter. */
  readonly name: string
  readonly isFolder: boolean
  /** Bytes; null where the source does not tell. */
  readonly size: number | null
  /** ISO 8601, UTC; null where the source does not tell. */
  readonly modified: string | null
  /** As HTTP writes it, `"…"` or `W/"…"`; changes with the content. Null where the source gives nothing of the kind. */
  readonly etag: string | null
}

export interface ObjectPage {
  /** Only keys that begin with it; a folder's prefix ends with `/`. */
  readonly prefix: string
  /** With it, keys that hold it after the prefix are told as one folder; without, every key below is listed. */
  readonly delimiter?: '/'
  readonly limit: number
  readonly after?: string
}

/** Files under keys. A key is the source's own text, its parts divided by `/`; what it may be is the kind's to say. */
export interface SourceObjects {
  /** In byte order of the keys. Nothing under a prefix is an empty page. Faults: invalid-request, source-failed. */
  list(page: ObjectPage): Promise<Paged<ObjectInfo>>
  /** A file or a folder, by its key with or without the `/` at its end. Fault not-found. */
  describe(key: string): Promise<ObjectInfo>
  /**
   * Bytes of a file, or of its range [begin, end), whose end is clamped to the size. Ends early only with a fault:
   * not-found, source-changed where the file has not the etag `of` any more.
   */
  read(
    key: string,
    range?: readonly [begin: number, end: number],
    of?: { readonly etag: string | null },
  ): Promise<AsyncIterable<Uint8Array>>
  /** An address that gives the bytes to who holds it, for so many seconds, as an attachment. */
  link?(key: string, seconds: number): Promise<{ readonly url: string; readonly expires: string }>
}

export interface Facets {
  tables: Tables
  objects: SourceObjects
  operations: SourceOperations
}

/** How consistent the rows of one extraction are with each other. */
export type Consistency = 'snapshot' | 'none'

/** What a snapshot copies: rows to be written as columns, or files to be kept byte for byte. */
export type Extract =
  | ({ readonly shape: 'rows'; readonly consistency: Consistency } & Rows)
  | {
      readonly shape: 'files'
      readonly files: AsyncIterable<{ readonly path: string; readonly bytes: AsyncIterable<Uint8Array> }>
    }

/** One share of an extraction. `spec` is the kind's own and is plain JSON. */
export interface Partition {
  readonly id: string
  readonly spec: unknown
  /** Rows expected, for progress; null where unknown. */
  readonly estimate: number | null
}

/** One moment of the source that other connections can read, for as long as this is not closed. */
export interface View {
  /** What others read it by: the kind's own, and plain JSON. */
  readonly token: unknown
  /** Fault source-changed where the moment is lost. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * An opened connector, alive for one call. It offers exactly the facets that its kind declares.
 * Opening does not dial: the first use does, so that a check can tell its stages apart.
 */
export type Connection<C extends Capability = never, Selection = unknown> = Pick<Facets, C> & {
  /** Staged, on a fresh dial of its own. Never throws for what the remote side does: that is a failed stage. */
  check(): Promise<Check>
  /** How one extraction is split: at least one partition, and together all of it at any later moment. */
  plan(selection: Selection): Promise<readonly Partition[]>
  /**
   * The same, object by object. `known`: the columns that the rows of all have; where they are not known, the beginnings
   * of some are read for them.
   */
  planObjects?(selection: Selection, known: Schema | null): Promise<ObjectShares>
  /**
   * Keeps a moment readable for other connections, and what the selections name from being altered: this one, or that of
   * another view by its token. Null or absent: none is shared here. Fault source-changed where `from` is lost.
   */
  hold?(selections: readonly Selection[], from?: unknown): Promise<View | null>
  /** Selections of one moment, each read to its end before the next. Faults: not-offered, too-large, source-changed. */
  together?(selections: readonly Selection[]): Promise<AsyncIterable<Extract>>
  /** `view`: the token of the view that is read. Fault source-changed where that is lost. */
  extract(selection: Selection, partition?: Partition, view?: unknown): Promise<Extract>
  /** Asked before the first of the partitions is read: the `after` by which `increment` reads them. Absent: null. */
  mark?(selection: Selection, ask: IncrementAsk): Promise<unknown>
  /**
   * What is new since a mark; of a partition all of it, `settled` and `open` alone, and the same mark as of the others.
   * Faults: those of `extract` and `mark`: not-offered where nothing proves what is new, invalid-request for a column or
   * a key that is not there.
   */
  increment?(selection: Selection, ask: IncrementAsk, partition?: Partition, view?: unknown): Promise<Increment>
  /** Changes whenever the selected data does; null or absent: nothing tells, always take a new snapshot. */
  fingerprint?(selection: Selection): Promise<string | null>
  /** Ends everything that was opened. May be called twice. */
  close(): Promise<void>
}

/** How what is behind a kind is written to; nothing else of a kind writes. `open` loads the driver and does not dial. */
export interface Writing<Config, Credential> {
  readonly to: Writer['to']
  open(at: OpenAt<Config, Credential>): Promise<Writer>
}

export interface OpenAt<Config, Credential> {
  readonly config: Config
  readonly credential: Secret<Credential>
  readonly egress: Egress
  /** Aborting ends every call of the connection within a second, at the remote side too. */
  readonly signal: AbortSignal
  /** Whether exporters may write there. A check heeds it, and nothing else: whoever reads cannot write. */
  readonly allowsWrite?: boolean
  /** The files that were uploaded to us; absent, or undefined, for who may not read them. */
  readonly uploaded?: (() => Promise<SourceObjects | undefined>) | undefined
}

export interface PinAt<Config> extends Omit<OpenAt<Config, never>, 'credential' | 'uploaded'> {
  readonly before: Config | undefined
}

export interface ConnectorKind<
  C extends Capability = Capability,
  Config extends z.ZodType = z.ZodType,
  Credential extends z.ZodType = z.ZodType,
  Selection extends z.ZodType = z.ZodType,
> {
  readonly kind: string
  readonly title: string
  readonly capabilities: readonly C[]
  /** Its connector is made by the platform: nobody fills in a form for it. */
  readonly isOurs?: true
  /** Kept in the catalog, shown to administrators; draws the form. */
  readonly config: Config
  /** Kept in the secret store, shown to nobody. */
  readonly credential: Credential
  /** What a datasource of this kind names. */
  readonly selection: Selection
  /** What proves which rows are new: versions of the rows, or a column that grows; absent: nothing. */
  readonly increments?: 'rows' | 'column'
  /** Whether its connections offer `hold`, so that several tables can be read as of one moment. */
  readonly views?: true
  /** Whether they offer `together` instead: one connection reads them all. */
  readonly together?: true
  /** Loads how its URLs are taken apart. Absent: no URL says what a connector of this kind is. */
  url?(): Promise<UrlForm>
  /**
   * Fixes, when a connector is saved, what must not change later: a server's key, an id that we choose. Gives the config
   * to keep; `before` is the one kept. May dial, without a credential; no server is no fault. Fault invalid-request.
   */
  pin?(at: PinAt<z.output<Config>>): Promise<z.output<Config>>
  /** Loads the driver; does not dial. */
  open(at: OpenAt<z.output<Config>, z.output<Credential>>): Promise<Connection<C, z.output<Selection>>>
  /** Absent: what is behind the kind is only read. */
  readonly writing?: Writing<z.output<Config>, z.output<Credential>>
}

/** A kind among others: what its schemas gave is unknown to whoever opens it. */
export interface AnyKind extends Omit<ConnectorKind, 'open' | 'pin' | 'writing'> {
  pin?(at: PinAt<unknown>): Promise<unknown>
  open(at: OpenAt<unknown, unknown>): Promise<Connection & Partial<Facets>>
  readonly writing?: Writing<unknown, unknown>
}

/** Keeps the types of a kind while checking its shape. */
export const connectorKind = <
  const C extends Capability,
  Config extends z.ZodType,
  Credential extends z.ZodType,
  Selection extends z.ZodType,
>(
  kind: ConnectorKind<C, Config, Credential, Selection>,
): ConnectorKind<C, Config, Credential, Selection> => kind
