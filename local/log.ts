import { Fault } from '../shared/domain/faults.ts'

export type Log = (line: Readonly<Record<string, unknown>>) => void

/**
 * Writes one JSON line on standard error for a failure of our own; when `verbose`, for every one. Of what was thrown
 * only names, messages, codes and stacks are written, never its other members (drivers hang values and configurations
 * on them), and tokens and passwords in their text are struck out.
 */
export function createLog(verbose: boolean, write: (text: string) => void = (text) => process.stderr.write(text)): Log {
  return (line) => {
    if (!verbose && !isOurs(line)) return
    const { cause, ...rest } = line
    const record = { time: new Date().toISOString(), ...rest, ...(cause !== undefined && { cause: describe(cause) }) }
    write(`${strikeOut(JSON.stringify(record))}\n`)
  }
}

const isOurs = ({ code, cause }: Readonly<Record<string, unknown>>): boolean =>
  code === 'internal' || (code === undefined && cause instanceof Error && !isTold(cause))

/** A caller that went away breaks its reply off: nobody's failure. */
const isTold = (cause: Error): boolean =>
  cause instanceof Fault
    ? cause.code !== 'internal'
    : cause.name === 'AbortError' || (cause as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE'

function describe(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return typeof thrown === 'string' ? thrown : typeof thrown
  const { code } = thrown as NodeJS.ErrnoException
  return {
    ...(code !== undefined && { code }),
    stack: thrown.stack ?? `${thrown.name}: ${thrown.message}`,
    ...(thrown.cause !== undefined && depth < 5 && { cause: describe(thrown.cause, depth + 1) }),
  }
}

const strikeOut = (text: string): string =>
  text
    .replace(/hg_pat_[0-9A-Za-z]+/g, 'hg_pat_***')
    .replace(/(Bearer|Basic) +[^\s"\\]+/gi, '$1 ***')
    .replace(/\/\/[^\s/@"\\]*:[^\s/@"\\]*@/g, '//***@')
    .replace(/(password|secret|token)(["\\]*\s*[=:]\s*["\\]*)[^\s,;"\\]+/gi, '$1$2***')
