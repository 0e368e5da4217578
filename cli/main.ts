import { CommanderError } from 'commander'
import { ApiError } from '../clients/typescript/index.ts'
import manifest from '../package.json' with { type: 'json' }
import type { Command, Options } from './command.ts'
import { createContext, Printed } from './context.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { harmless } from './terminal.ts'

/** Runs one command line and sets the exit code. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const interrupt = new AbortController()
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted)
    interrupt.abort(new Error('Interrupted.'))
  })
  // Who reads the output may go when it has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  // Of a dataset `--version` says which one is meant.
  if (args[0] === '--version' || args[0] === '-V') {
    process.stdout.write(`${manifest.version}\n`)
    return
  }
  try {
    const program = createProgram((command, given, options) => perform(command, given, options, interrupt.signal))
    await program.parseAsync(withJson(args), { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage
      return
    }
    process.exitCode = interrupt.signal.aborted ? exitCodes.interrupted : tell(thrown)
  }
  // What was only there to be read from keeps nothing alive.
  process.stdin.unref?.()
}

async function perform(command: Command, args: readonly (string | undefined)[], options: Options, signal: AbortSignal) {
  const context = createContext(options, signal)
  try {
    const run = await command.run()
    if (command.destructive) await context.confirm(`${command.summary}: ${args.filter(Boolean).join(' ')}.`)
    await run(context, args, options)
    await context.output.end()
  } catch (thrown) {
    await context.output.drop()
    if (!(thrown instanceof Printed)) throw thrown
  }
}

/** Says what went wrong and what to do, on standard error; gives the exit code. */
function tell(thrown: unknown): number {
  const say = (text: string) => process.stderr.write(`${harmlessLines(text)}\n`)
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

const harmlessLines = (text: string): string => text.split('\n').map(harmless).join('\n')

/** `--json` may stand alone: what follows it is not its fields, only `--json=a,b` names them. */
const withJson = (args: readonly string[]): string[] => {
  const end = args.indexOf('--')
  return args.map((arg, i) => (arg === '--json' && (end < 0 || i < end) ? '--json=' : arg))
}
