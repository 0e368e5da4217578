import * as z from 'zod'
import type { Caller, Role, Scope } from '../domain/caller.ts'
import type { FaultCode } from '../domain/faults.ts'
import type { Needs, World } from '../ports/index.ts'

/**
 * What an operation answers with: a JSON value, rows in the format asked for, or bytes as they are. `slow-json`: a JSON
 * value for which somebody may have to wait for minutes, so that it is streamed, with spaces before it meanwhile.
 */
export type Answers = 'json' | 'slow-json' | 'rows' | 'bytes'

/** What an operation takes as its body. */
export type Takes = 'json' | 'bytes'

export interface Operation<
  N extends Needs = Needs,
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
  A extends Answers = Answers,
  T extends Takes = Takes,
> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** `{name}` is one part of the path, `{name+}` the rest of it, slashes included. */
  readonly path: `/v1/${string}`
  readonly tag: string
  readonly summary: string
  /** The least role that may call it. */
  readonly role: Role | 'anyone'
  readonly needs: N
  readonly params: P
  readonly query: Q
  readonly body: B
  /** The status of success. */
  readonly status: 200 | 201 | 202 | 204
  readonly reply: R
  readonly answers: A
  /** What its body is: JSON of the schema `body`, or bytes as they are, streamed. */
  readonly takes: T
  /** Those of every operation (validation, signing in, our own) need not be named. */
  readonly faults: readonly FaultCode[]
  /** It makes something: takes an `Idempotency-Key`, and needs the catalog for writing. */
  readonly idempotent: boolean
  /** It changes a record: wants `If-Match`. */
  readonly precondition: boolean
  /** What a token must be good for to call it. Where the row does not say, its method, role and needs do. */
  readonly scope: Scope
}

const none = z.strictObject({})

type Optional = 'params' | 'query' | 'body' | 'status' | 'answers' | 'takes' | 'idempotent' | 'precondition' | 'scope'

/** Declares one operation: validation, OpenAPI, the clients' types, the route and the IAM grants are read from it. */
export function operation<
  const N extends Needs,
  R extends z.ZodType,
  P extends z.ZodObject = typeof none,
  Q extends z.ZodObject = typeof none,
  B extends z.ZodType = z.ZodUndefined,
  const A extends Answers = 'json',
  const T extends Takes = 'json',
>(
  row: Omit<Operation<N, P, Q, B, R, A, T>, Optional> & Partial<Pick<Operation<N, P, Q, B, R, A, T>, Optional>>,
): Operation<N, P, Q, B, R, A, T> {
  return {
    params: none as unknown as P,
    query: none as unknown as Q,
    body: z.undefined() as unknown as B,
    status: 200,
    answers: 'json' as A,
    takes: 'json' as T,
    idempotent: false,
    precondition: false,
    scope: scopeOf(row),
    ...row,
  }
}

/** Reading, changing, having something run at a source, or what only administrators do. */
function scopeOf({ method, role, needs }: Pick<Operation, 'method' | 'role' | 'needs'>): Scope {
  if (role === 'admin') return 'admin'
  if (method === 'GET' || method === 'HEAD') return 'read'
  return needs.runs !== undefined || needs.sources === 'open' || needs.sources === 'try' ? 'run' : 'write'
}

/** What every call carries besides its own fields. */
export interface Call {
  readonly caller: Caller
  readonly signal: AbortSignal
  readonly requestId: string
  /** The `Accept` header, for replies with a choice of formats. */
  readonly accept: string | undefined
  /** The revision that `If-Match` names; undefined where it is absent or `*`. */
  readonly expected: number | undefined
  /** The pipeline that the caller works in: the header `Headgate-Pipeline`. */
  readonly pipeline?: string | undefined
  /** `If-Match` as it came, for things whose ETag is no revision. */
  readonly ifMatch?: string | undefined
}

/** What a reader of bytes says of the part it wants, and of the version it has: headers of RFC 9110 as they came. */
export interface Reading {
  readonly range: string | undefined
  readonly ifRange: string | undefined
  readonly ifNoneMatch: string | undefined
}

/** What a writer of bytes sends: the bytes, and which version they may replace. Headers as they came. */
export interface Writing {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly ifNoneMatch: string | undefined
}

/** An operation's input is flat: the fields of its path and query, `body` where it has one, and the call. */
export type Input<O extends Operation> = Fields<O['params']> &
  Fields<O['query']> &
  Call &
  (O['answers'] extends 'bytes' ? { readonly reading: Reading } : unknown) &
  (O['takes'] extends 'bytes' ? { readonly writing: Writing } : unknown) &
  (undefined extends z.output<O['body']> ? unknown : { readonly body: z.output<O['body']> })

/** The fields of an object's schema; an object without any says nothing of the others. */
type Fields<S extends z.ZodType> = string extends keyof z.output<S> ? unknown : Readonly<z.output<S>>

/** A JSON answer. `revision` or `etag` (without quotes) becomes the `ETag`, `location` the header of that name. */
export interface Answer<T> {
  readonly body: T
  readonly revision?: number
  readonly etag?: string
  /** What was changed, for the audit trail, where the path does not say it. */
  readonly things?: readonly string[]
  readonly location?: string
}

/**
 * A streamed answer. What fails before the first chunk is a proper problem; later, the stream is broken off, so that
 * no reader takes a part for the whole.
 */
export interface Stream {
  readonly stream: AsyncIterable<Uint8Array>
  readonly headers: Readonly<Record<string, string>>
  readonly status?: 200 | 206 | 304
}

export type Outcome<O extends Operation> = O['answers'] extends 'json' ? Answer<z.input<O['reply']>> : Stream

/** The function that performs an operation, given no more of the world than the operation needs. */
export type UseCase<O extends Operation> = (world: World<O['needs']>, input: Input<O>) => Promise<Outcome<O>>

/** A page of a list. `next` is null at the end. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().meta({ description: 'The cursor of the next page.' }) })

/** The query of a list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'Items a page, 1 to 1000.' }),
  cursor: z.string().max(4096).optional().meta({ description: 'What the page before gave as `next`.' }),
}
