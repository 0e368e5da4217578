import { CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { Command, Options } from './command.ts'
import { createProgram } from './program.ts'

/** Of the exit codes those that are known before anything else is loaded: help loads next to nothing. */
const wrongUsage = 2
const interrupted = 130

/** Runs one command line and sets the exit code. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const interrupt = new AbortController()
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(interrupted)
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
      process.exitCode = thrown.exitCode === 0 ? 0 : wrongUsage
      return
    }
    process.exitCode = interrupt.signal.aborted ? interrupted : (await import('./tell.ts')).tell(thrown)
  }
  // What was only there to be read from keeps nothing alive.
  process.stdin.unref?.()
}

async function perform(command: Command, args: readonly (string | undefined)[], options: Options, signal: AbortSignal) {
  const { createContext, Printed } = await import('./context.ts')
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

/** `--json` may stand alone: what follows it is not its fields, only `--json=a,b` names them. */
const withJson = (args: readonly string[]): string[] => {
  const end = args.indexOf('--')
  return args.map((arg, i) => (arg === '--json' && (end < 0 || i < end) ? '--json=' : arg))
}
