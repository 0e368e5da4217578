export interface OperationInfo {
  /** Names it, once in its source: its operationId, or one made of its method and path. */
  readonly id: string
  /** The first of its tags, `default` where it has none. */
  readonly tag: string
  readonly tags: readonly string[]
  /** In upper case. GET and HEAD change nothing. */
  readonly method: string
  /** As the source has it: `/pets/{petId}`. */
  readonly path: string
  readonly summary: string
  readonly deprecated: boolean
}

/** A JSON Schema that refers to nothing outside of itself. */
export type JsonSchema = Readonly<Record<string, unknown>>

export interface OperationDescription extends OperationInfo {
  readonly description: string
  readonly parameters: readonly {
    /** The key of `parameters` in a call. */
    readonly name: string
    readonly in: 'path' | 'query' | 'header' | 'cookie'
    /** Whether a call fails without it: one with a default is not. */
    readonly required: boolean
    readonly deprecated: boolean
    readonly description: string
    readonly schema: JsonSchema
  }[]
  readonly body: { readonly required: boolean; readonly contentType: string; readonly schema: JsonSchema } | null
  /** What a successful answer holds, where the source tells. */
  readonly reply: JsonSchema | null
}

export interface OperationReply {
  /** 200 to 299. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A JSON value, its numbers exact; a text; or bytes as base64. Null where there is none. */
  readonly body: unknown
}

/** Calls that a source offers by name. */
export interface SourceOperations {
  /** Every operation, in the source's order. */
  list(): Promise<readonly OperationInfo[]>
  /** Fault not-found. */
  describe(operation: string): Promise<OperationDescription>
  /** Faults: not-found, invalid-request, source-refused, source-failed for an answer that is no success, too-large. */
  call(
    operation: string,
    input: { readonly parameters: Readonly<Record<string, unknown>>; readonly body?: unknown },
  ): Promise<OperationReply>
}
