import type * as z from 'zod'
import type { Connection, Facets } from '../connectors/kind.ts'
import type { Capability, ConnectorRecord } from '../domain/connector.ts'
import type { UrlForm } from '../domain/pasted-url.ts'
import type { Writer } from '../domain/writer.ts'

/** A kind as the platform sees it without opening anything. */
export interface KindInfo {
  readonly kind: string
  readonly title: string
  readonly capabilities: readonly Capability[]
  readonly isOurs?: true
  readonly config: z.ZodType
  readonly credential: z.ZodType
  readonly selection: z.ZodType
  /** What proves which rows are new: versions of the rows, or a column that grows; absent: nothing. */
  readonly increments?: 'rows' | 'column'
  /** What an exporter of such a connector may write to; absent: such connectors are only read. */
  readonly writing?: { readonly to: Writer['to'] }
  /** Whether its connections offer `hold`, so that several tables can be read as of one moment. */
  readonly views?: true
  /** Whether they offer `together` instead, so that one connection alone reads several as of one moment. */
  readonly together?: true
  /** How a pasted URL is taken apart; absent where none says what a connector is. */
  url?(): Promise<UrlForm>
}

/** What the code can connect to. Touches nothing outside the process. */
export interface Kinds {
  list(): readonly KindInfo[]
  /** Fault invalid-request for a kind that is not there. */
  get(kind: string): KindInfo
}

/** What saving a connector asks of its kind. Sees no credential. */
export interface Pins extends Kinds {
  /**
   * The config to keep, with what must not change later fixed: a server's host key, an id that we choose. `before` is
   * the one kept until now. May dial. Fault invalid-request.
   */
  pin(
    kind: string,
    values: { readonly config: Record<string, unknown>; readonly before?: Record<string, unknown> },
    signal: AbortSignal,
  ): Promise<Record<string, unknown>>
}

/** A connection with the facets that its kind declares, and no others. */
export type OpenSource = Connection & Partial<Facets>

export interface Opened {
  readonly record: ConnectorRecord
  readonly connection: OpenSource
}

/** Opens what is behind connectors. Credentials are fetched, used and dropped inside: no use case ever holds one. */
export interface Sources extends Kinds {
  /** By name or uid. The caller must `close` the connection. Faults: not-found, and those of opening. */
  open(nameOrUid: string, signal: AbortSignal): Promise<Opened>
}

/** Opens what is behind connectors to write there: nothing that `open` of `Sources` gives can write. */
export interface Writers extends Kinds {
  /**
   * By name or uid. The caller must `close` the writer. Faults: not-found, forbidden where the connector does not allow
   * it, not-offered where its kind is only read, and those of opening.
   */
  openToWrite(
    nameOrUid: string,
    signal: AbortSignal,
  ): Promise<{ readonly record: ConnectorRecord; readonly writer: Writer }>
}

/** Opens values that are not saved (yet): what a check of a form needs. */
export interface Trials extends Kinds {
  /**
   * `credential`: undefined takes the one kept under `uid`, if any, so that a saved credential need not be typed
   * again. Faults: those of opening.
   */
  try(
    values: { kind: string; config: unknown; credential?: unknown; uid?: string; allowWrite?: boolean },
    signal: AbortSignal,
  ): Promise<OpenSource>
}
