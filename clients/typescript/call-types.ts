import type * as z from 'zod'
import type { OperationId, Operations } from '../../shared/api/index.ts'

/** The fields of a path or a query: as the server understands them, those with a default optional. */
type Fields<S extends z.ZodType> = string extends keyof z.input<S>
  ? unknown
  : {
      readonly [K in keyof z.input<S>]: K extends 'order' | 'select'
        ? Names | undefined
        : z.output<S>[K & keyof z.output<S>]
    }

/** Column names, as a list or with commas between; in an order `-` before a descending one. */
export type Names = string | readonly string[]

type Bytes = Exclude<RequestInit['body'], null | undefined>

type Body<O extends Operations[OperationId]> = O['takes'] extends 'bytes'
  ? { readonly body: Bytes }
  : undefined extends z.input<O['body']>
    ? z.output<O['body']> extends undefined
      ? unknown
      : { readonly body?: z.input<O['body']> }
    : { readonly body: z.input<O['body']> }

/** What a call takes: the fields of its path and query together, and `body` where it has one. */
export type CallInput<Id extends OperationId> = Fields<Operations[Id]['params']> &
  Fields<Operations[Id]['query']> &
  Body<Operations[Id]>

/** What a call gives: the decoded JSON; undefined where there is no content. Of bytes: the response itself. */
export type CallReply<Id extends OperationId> = Operations[Id]['answers'] extends 'bytes'
  ? Response
  : z.output<Operations[Id]['reply']>

/** The operations that answer with pages of items. */
export type ListId = {
  [Id in OperationId]: CallReply<Id> extends { readonly items: readonly unknown[] } ? Id : never
}[OperationId]

export type ItemOf<Id extends ListId> = CallReply<Id> extends { readonly items: readonly (infer Item)[] } ? Item : never

/** The body of a call that has one. */
export type BodyOf<Id extends OperationId> =
  CallInput<Id> extends { readonly body?: infer B } ? Exclude<B, undefined> : never

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** The longest silence, milliseconds: before the answer, and between two pieces of it. */
  readonly timeoutMs?: number
  /** Further tries of what is safe to try again. */
  readonly maxRetries?: number
  /** Of what creates something; one is made where it is not given. The same key never creates twice. */
  readonly idempotencyKey?: string
  /** The version that is to be changed: an ETag as `etagOf` gives it, or `*` for whatever is there. */
  readonly ifMatch?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** The input may be left out where every field may be. */
export type CallArguments<Id extends OperationId> =
  Record<never, never> extends CallInput<Id>
    ? [input?: CallInput<Id>, options?: CallOptions]
    : [input: CallInput<Id>, options?: CallOptions]
