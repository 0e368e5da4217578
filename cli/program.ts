import { Command as Program } from 'commander'
import { argumentsOf, type Command, type Options, wordsOf } from './command.ts'
import { commands } from './commands.ts'

type Perform = (command: Command, args: readonly (string | undefined)[], options: Options) => Promise<void>

/** Options of every command. */
export const everywhere: Readonly<Record<string, string>> = {
  '--url <address>': 'where Headgate is (HEADGATE_URL)',
  '--profile <name>': 'a kept address and token (HEADGATE_PROFILE)',
  '--json [fields]': 'JSON, or only some fields: --json=name,title',
  '--format <format>': 'table, json, ndjson, csv, and of rows arrow and parquet',
  '-o, --output <file>': 'a file, in the format of its ending; - is standard output',
  '--print-curl': 'print the request as curl, and send nothing',
  '--print-python': 'print the request as Python, and send nothing',
  '-q, --quiet': 'neither progress nor remarks',
  '-y, --yes': 'do it without asking',
  '--no-input': 'never ask',
  '--timeout <seconds>': 'the longest silence of the server (60)',
}

const nouns: Readonly<Record<string, string>> = {
  api: 'any operation by its id',
  audit: 'who did what',
  auth: 'who you are, and devices that ask to be let in',
  config: 'profiles, and where settings come from',
  connection: 'your own code as a source: a new one, and a check of it',
  connectors: 'systems that are connected, for administrators',
  databases: 'databases of the servers of sources',
  data: 'your own objects: put, get, list, delete',
  datasets: 'versions of what was copied',
  datasources: 'what is to be copied',
  files: 'files of sources',
  kinds: 'kinds of connectors and what they want',
  members: 'people and their roles',
  operations: 'operations of APIs',
  pipelines: 'scopes of objects that go together',
  runs: 'the same as snapshots',
  schedules: 'when snapshots are taken',
  secrets: 'named values; they go in and never come out',
  snapshots: 'copies being made',
  sources: 'what there is to read',
  tables: 'tables of sources',
  tokens: 'tokens for programs',
  uploads: 'uploads under way',
  webhooks: 'receivers of events, for administrators',
}

/** The program. Only the commands of the noun that is said are made: help of the whole names them all in a line each. */
export function createProgram(perform: Perform): Program {
  const program = new Program('headgate')
    .description('One place for your data sources and their versioned snapshots.')
    .helpCommand('help [command]', 'help of a command')
    .showHelpAfterError('(`headgate help` lists the commands.)')
    .configureHelp({ showGlobalOptions: false, sortSubcommands: true, subcommandTerm: (command) => termOf(command) })
    .exitOverride()
    .addHelpText('after', footer)
  for (const [flags, meaning] of Object.entries(everywhere)) program.option(flags, meaning)
  for (const command of commands) {
    const words = wordsOf(command)
    const parent = words.length > 1 ? nounOf(program, words[0]!) : program
    const leaf = parent
      .command(words.at(-1)!, { hidden: command.hidden === true })
      .summary(command.summary)
      .description(command.summary)
    for (const argument of argumentsOf(command)) leaf.argument(argument)
    for (const [flags, meaning] of Object.entries(command.options ?? {}))
      if (flags.endsWith('...')) leaf.option(flags.slice(0, -3), meaning, collect)
      else leaf.option(flags, meaning)
    if (command.more) leaf.addHelpText('after', `\n${command.more}`)
    leaf.exitOverride().action(async (...given: unknown[]) => {
      const args = given.slice(0, argumentsOf(command).length) as (string | undefined)[]
      await perform(command, args.flat(), leaf.optsWithGlobals())
    })
  }
  return program
}

function nounOf(program: Program, noun: string): Program {
  return (
    program.commands.find((command) => command.name() === noun) ??
    program
      .command(noun)
      .summary(nouns[noun] ?? '')
      .description(nouns[noun] ?? '')
      .exitOverride()
  )
}

/** An option that may be given several times collects its values. */
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

const termOf = (command: Program): string =>
  [
    command.name(),
    ...command.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    ),
  ].join(' ')

const footer = `
Data goes to standard output: a table on a terminal, NDJSON into a pipe. Everything else goes to standard error.
Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not let in, 5 conflict, 6 the source failed, 7 timeout, 130 interrupted.
`
