import { ApiError } from '../clients/typescript/index.ts'
import { exitCodeOf } from './exit-codes.ts'
import { harmless } from './terminal.ts'

/** Says what went wrong and what to do, on standard error; gives the exit code. */
export function tell(thrown: unknown): number {
  const say = (text: string) => process.stderr.write(`${text.split('\n').map(harmless).join('\n')}\n`)
  if (thrown instanceof ApiError) {
    say(`headgate: ${thrown.detail || thrown.title}`)
    for (const { pointer, detail } of thrown.errors) say(`  ${pointer}: ${detail}`)
    if (thrown.hint) say(`  ${thrown.hint}`)
    say(`  (${thrown.code}${thrown.requestId ? `, request ${thrown.requestId}` : ''})`)
    return exitCodeOf(thrown)
  }
  const { message, hint } = thrown as { message?: string; hint?: string }
  say(`headgate: ${message ?? String(thrown)}`)
  if (hint) say(`  ${hint}`)
  if (process.env.HEADGATE_DEBUG) say(String((thrown as Error).stack))
  return exitCodeOf(thrown)
}
