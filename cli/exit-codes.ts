import { ApiError, ExportFailed, SnapshotFailed, SourceError, TimedOut } from '../clients/typescript/index.ts'
import { UsageError } from './command.ts'

/** What the program ends with. They are documented and do not change. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  conflict: 5,
  source: 6,
  timeout: 7,
  interrupted: 130,
} as const

const byCode: Readonly<Record<string, number>> = {
  'invalid-request': exitCodes.usage,
  'pipeline-required': exitCodes.usage,
  'not-found': exitCodes.notFound,
  unauthenticated: exitCodes.auth,
  forbidden: exitCodes.auth,
  'login-denied': exitCodes.auth,
  'login-expired': exitCodes.auth,
  conflict: exitCodes.conflict,
  'precondition-failed': exitCodes.conflict,
  'columns-changed': exitCodes.conflict,
  'source-timeout': exitCodes.timeout,
}

export function exitCodeOf(thrown: unknown): number {
  const { exitCode } = thrown as { exitCode?: number }
  if (exitCode !== undefined) return exitCode
  if (thrown instanceof UsageError) return exitCodes.usage
  if (thrown instanceof TimedOut) return exitCodes.timeout
  if (thrown instanceof ApiError) return byCode[thrown.code] ?? (thrown instanceof SourceError ? exitCodes.source : 1)
  if (thrown instanceof SnapshotFailed) return codeOfSnapshot(thrown.snapshot.error?.code)
  if (thrown instanceof ExportFailed) return codeOfSnapshot(thrown.record.error?.code)
  return exitCodes.failed
}

const codeOfSnapshot = (code = ''): number =>
  byCode[code] ?? (/^(source|address|value)-/.test(code) ? exitCodes.source : exitCodes.failed)
