import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { codeInterfaces } from '../../shared/connectors/custom/config.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { checkConnection } from './check-connection.ts'
import { newConnection } from './new-connection.ts'

export const help = `Connections: your own code as a source, in Python or TypeScript.

  connection new <name> --language python|typescript   write a working example
  connection check <name>                              run it, and say what is wrong

  --folder <folder>         the folder of connections (default: the one of this deployment)
  --interface <interface>   bytes, rows or dataframe (default: what the code has a function for)
  --config <json>           what a datasource would configure
  --parse <format>          csv, tsv, ndjson, json or none: what the bytes are
  --credential-stdin        take the credential from standard input; else from HEADGATE_CREDENTIAL, else it is empty
`

const Json = z.record(z.string(), z.unknown())

/** Answers the exit code: 0 where nothing is wrong, 1 where the code is, 2 where the command is. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  try {
    const { values, positionals } = read(args)
    const [verb, name, ...more] = positionals
    const folder = values.folder ?? join(import.meta.dirname, '../../connections')
    if (values.help || name === undefined || more.length > 0 || !['new', 'check'].includes(verb ?? '')) {
      process.stdout.write(help)
      return values.help ? 0 : 2
    }
    if (verb === 'new') {
      const language = z.enum(['python', 'typescript']).safeParse(values.language)
      if (!language.success) throw wrong('Say the language: --language python or --language typescript.')
      const path = await newConnection({ folder, name, language: language.data })
      process.stdout.write(`${path} is written. Try it: headgate connection check ${name}\n`)
      return 0
    }
    const codeInterface = z.enum(codeInterfaces).optional().safeParse(values.interface)
    if (!codeInterface.success) throw wrong(`--interface is one of ${codeInterfaces.join(', ')}.`)
    const credential = values['credential-stdin'] ? await text(process.stdin) : (env.HEADGATE_CREDENTIAL ?? '')
    const selection = {
      ...(values.config !== undefined && { config: readJson(values.config) }),
      ...(values.parse !== undefined && { parse: values.parse }),
    }
    const { signal } = stop
    const found = checkConnection({
      folder,
      name,
      codeInterface: codeInterface.data,
      credential: { text: credential.replace(/\n$/, '') },
      selection,
      signal,
    })
    let isWhole = true
    for await (const { ok, what, detail, hint } of found) {
      isWhole &&= ok
      process.stdout.write(`${ok ? 'ok    ' : 'wrong '} ${what.padEnd(12)} ${detail}\n`)
      if (hint !== null) process.stdout.write(`${' '.repeat(20)}${hint}\n`)
    }
    return isWhole ? 0 : 1
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    process.stderr.write(`${thrown.detail}\n${thrown.hint === undefined ? '' : `${thrown.hint}\n`}`)
    return 2
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        language: { type: 'string' },
        folder: { type: 'string' },
        interface: { type: 'string' },
        config: { type: 'string' },
        parse: { type: 'string' },
        'credential-stdin': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    throw wrong(cause instanceof Error ? `${cause.message.split('. ')[0]}.` : String(cause))
  }
}

function readJson(given: string): Record<string, unknown> {
  try {
    return Json.parse(JSON.parse(given))
  } catch {
    throw wrong('--config must be a JSON object.')
  }
}

const wrong = (detail: string): Fault => new Fault('invalid-request', detail, { hint: '--help tells what there is.' })
