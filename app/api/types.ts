/** What the API answers with, as far as the app reads it. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export type Role = 'viewer' | 'editor' | 'admin'
export type Scope = 'read' | 'run' | 'write' | 'admin'

export interface Me {
  readonly id: string
  readonly role: Role
  readonly roles: readonly Role[]
  readonly scopes: readonly Scope[]
  readonly connectors: readonly string[] | null
}

export type Capability = 'tables' | 'objects' | 'operations'

export interface Source {
  readonly uid: string
  readonly name: string
  readonly title: string
  readonly kind: string
  readonly capabilities: readonly Capability[]
  readonly allowQuery: boolean
}

export interface Table {
  readonly table: string
  readonly schema: string
  readonly name: string
  readonly kind: string
  readonly comment: string | null
  readonly estimate: number | null
  readonly bytes: number | null
}

export interface Column {
  readonly name: string
  readonly type: string
  readonly nativeType: string
  readonly nullable: boolean
}

export interface TableDescription extends Table {
  readonly columns: readonly (Column & { readonly comment: string | null })[]
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly (readonly string[])[]
}

export type Cell = unknown
export type Row = readonly Cell[]

export interface Rows {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly next: string | null
}

export interface SourceObject {
  readonly name: string
  readonly key: string
  readonly isFolder: boolean
  readonly size: number | null
  readonly modified: string | null
  readonly etag: string | null
}

export type JsonSchema = Readonly<Record<string, unknown>>

export interface SourceOperation {
  readonly operationId: string
  readonly tag: string
  readonly tags: readonly string[]
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly deprecated: boolean
}

export interface OperationDescription extends SourceOperation {
  readonly description: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: 'path' | 'query' | 'header' | 'cookie'
    readonly required: boolean
    readonly deprecated: boolean
    readonly description: string
    readonly schema: JsonSchema
  }[]
  readonly body: { readonly required: boolean; readonly contentType: string; readonly schema: JsonSchema } | null
  readonly reply: JsonSchema | null
}

export interface OperationReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface Kind {
  readonly kind: string
  readonly title: string
  readonly capabilities: readonly Capability[]
  readonly config: JsonSchema
  readonly credential: JsonSchema
  readonly selection: JsonSchema
}

export interface Connector {
  readonly uid: string
  readonly name: string
  readonly title: string
  readonly kind: string
  readonly config: Readonly<Record<string, unknown>>
  readonly hasCredential: boolean
  readonly allowQuery: boolean
  readonly budget: number
  readonly created: string
  readonly updated: string
  readonly createdBy: string
}

export interface Stage {
  readonly name: string
  readonly ok: boolean
  readonly ms: number
  readonly detail: string
  readonly hint: string | null
}

export interface Check {
  readonly status: 'VALID_CONNECTION' | 'BAD_CREDENTIALS' | 'NO_CONNECTION'
  readonly stages: readonly Stage[]
  readonly warnings: readonly string[]
}

export interface Retention {
  readonly keepLast?: number
  readonly keepDays?: number
}

export interface Datasource {
  readonly uid: string
  readonly name: string
  readonly title: string
  readonly connector: string
  readonly kind: string
  readonly selection: Readonly<Record<string, unknown>>
  readonly format: 'parquet' | 'csv' | 'ndjson'
  readonly strategy: string
  readonly drift: 'evolve' | 'freeze' | 'pause'
  readonly paused: boolean
  readonly skipUnchanged: boolean
  readonly retention: Retention | null
  readonly created: string
  readonly updated: string
  readonly createdBy: string
}

export type SnapshotState = 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped'

interface Types {
  readonly type: string
  readonly nativeType: string
}

export type SchemaChange =
  | ({ readonly change: 'added' | 'dropped'; readonly column: string; readonly nullable: boolean } & Types)
  | { readonly change: 'type'; readonly column: string; readonly from: Types; readonly to: Types }
  | { readonly change: 'nullable'; readonly column: string; readonly from: boolean; readonly to: boolean }
  | { readonly change: 'reordered'; readonly column: string; readonly from: number; readonly to: number }

export interface Snapshot {
  readonly id: string
  readonly datasource: string
  readonly state: SnapshotState
  readonly phase: 'queued' | 'planning' | 'extracting' | 'publishing' | 'ended'
  readonly version: number | null
  readonly rows: number
  readonly bytes: number
  readonly percent: number | null
  readonly error: { readonly code: string; readonly detail: string; readonly hint: string | null } | null
  readonly requestedBy: string
  readonly requested: string
  readonly started: string | null
  readonly ended: string | null
  readonly cancelRequested: boolean
  readonly drift: readonly SchemaChange[] | null
  readonly attempt: number
}

export interface Version {
  readonly version: number
  readonly snapshot: string
  readonly rows: number
  readonly bytes: number
  readonly shape: 'rows' | 'files'
  readonly format: string
  readonly published: string
  readonly requestedBy: string
  readonly pinned: boolean
  readonly expires: string | null
}

export interface Dataset {
  readonly uid: string
  readonly name: string
  readonly title: string
  readonly latest: number | null
  readonly highest: number
  readonly updated: string
}

export interface DatasetDetail extends Dataset {
  readonly current: Version | null
}

export interface DatasetFile {
  readonly name: string
  readonly path: string | null
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  readonly url: string
}

export interface VersionDiff {
  readonly from: number | null
  readonly to: number
  readonly same: boolean
  readonly changes: readonly SchemaChange[]
}

export interface ObjectItem {
  readonly name: string
  readonly isFolder: boolean
  readonly size: number | null
  readonly modified: string | null
  readonly etag: string | null
}

export interface Upload {
  readonly id: string
  readonly path: string
  readonly created: string
  readonly expires: string
  readonly partBytes: number
  readonly maxParts: number
}

export interface UploadDetail extends Upload {
  readonly parts: readonly { readonly number: number; readonly etag: string; readonly size: number }[]
}

export interface SecretName {
  readonly scope: 'user' | 'org'
  readonly key: string
  readonly mask: boolean
  readonly updated: string
  readonly updatedBy?: string
  readonly usedBy: readonly string[]
}

export interface Token {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly connectors?: readonly string[] | null
  readonly created: string
  readonly expires: string | null
  readonly lastUsed: string | null
}

export interface Member {
  readonly id: string
  readonly name: string | null
  readonly role: Role
  readonly disabled: boolean
  readonly lastSeen: string | null
}

export interface Device {
  readonly userCode: string
  readonly client: string
  readonly scopes: readonly Scope[]
  readonly created: string
  readonly expires: string
}

export interface Found {
  readonly name: string
  readonly kind: 'connector' | 'datasource' | 'dataset' | 'pipeline' | 'folder' | 'file'
  readonly uid: string
  readonly title: string | null
  readonly score: number
}

export interface AuditEntry {
  readonly id: string
  readonly at: string
  readonly caller: string | null
  readonly role: string | null
  readonly token: string | null
  readonly operation: string
  readonly things: readonly string[]
  readonly from: string | null
  readonly status: number
  readonly code: string | null
  readonly requestId: string
}
