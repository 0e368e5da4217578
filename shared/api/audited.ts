import type { AuditRecord } from '../domain/audit.ts'
import type { Caller } from '../domain/caller.ts'
import { type Fault, faults } from '../domain/faults.ts'
import type { Operation } from './operation.ts'

/** A line of the audit trail before it has its place in it. */
export type Audited = Omit<AuditRecord, 'id' | 'at'>

interface Happened {
  readonly caller: Caller | undefined
  readonly from: string | undefined
  readonly requestId: string
  readonly params: Readonly<Record<string, string>>
  readonly reply: { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  readonly fault: Fault | undefined
  readonly things: readonly string[] | undefined
}

/**
 * The line for what happened: everything that changes or runs something, and whoever was refused. Undefined for reading,
 * and for questions that anyone may ask in vain. Of the request only the path is told, never the query or the body.
 */
export function audited(op: Operation, happened: Happened): Audited | undefined {
  const { caller, from, requestId, params, reply, fault, things } = happened
  const isRefused = fault?.code === 'forbidden' || fault?.code === 'unauthenticated'
  const isReading = op.method === 'GET' || op.method === 'HEAD'
  if ((isReading && !isRefused) || (op.role === 'anyone' && fault !== undefined)) return undefined
  const path = op.path.replace(/\{(\w+)\+?\}/g, (_, name: string) => params[name] ?? '')
  return {
    caller: caller?.id ?? null,
    role: caller?.role ?? null,
    token: caller?.token ?? null,
    operation: `${op.method} ${op.path}`,
    things: [...(things ?? [reply.headers.location ?? path])].map((thing) => thing.slice(0, 1000)),
    from: from ?? null,
    status: fault ? faults[fault.code].status : reply.status,
    code: fault?.code ?? null,
    requestId,
  }
}
