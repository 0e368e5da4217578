import { createInterface } from 'node:readline/promises'
import { Headgate } from '../clients/typescript/index.ts'
import { curlOf, type PlainRequest, pythonOf, snippet, type View } from '../clients/typescript/snippets.ts'
import { type Options, text, UsageError, whole } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { type Output, openOutput } from './output.ts'
import { findPlace, type Place } from './profiles.ts'
import { openProgress, type ProgressLine } from './progress.ts'
import { readTerminal, type Terminal } from './terminal.ts'

/** What a command has to work with. */
export interface Context {
  readonly env: NodeJS.ProcessEnv
  readonly terminal: Terminal
  readonly output: Output
  /** Ends when the user interrupts. */
  readonly signal: AbortSignal
  /** Where it goes and as whom, and where that was said. */
  place(): Promise<Place>
  /** The client. Where the request is to be printed, the first one ends the command. */
  headgate(): Promise<Headgate>
  /** The client, also where requests are to be printed: for what has to be known before. */
  reader(): Promise<Headgate>
  /** A client of another address and token, or of none. */
  clientAt(url: string, token?: string): Headgate
  /** Where a view is to be printed, prints it and ends the command. */
  showView(view: Omit<View, 'url'>): Promise<void>
  /** What stands for a body that is no text where a request is printed. */
  nameBody(name: string): void
  progress(): ProgressLine
  /** A sentence on standard error, unless quiet is asked for. */
  note(text: string): void
  /** Goes on only with `--yes` or a yes. */
  confirm(question: string): Promise<void>
  /** A line that nobody sees being typed, or standard input to its end. */
  readSecret(question: string): Promise<string>
}

/** There is no token: exit code 4. */
class NotSignedIn extends UsageError {
  readonly exitCode = exitCodes.auth

  constructor(url: string) {
    super(`Nobody is signed in at ${url}.`, 'Run `headgate login`, or set HEADGATE_TOKEN.')
  }
}

/** The request was printed in place of being sent. */
export class Printed extends Error {
  override readonly name = 'Printed'
  readonly exitCode = 0
}

export function createContext(options: Options, signal: AbortSignal, env = process.env): Context {
  const terminal = readTerminal(env)
  const isQuiet = options.quiet === true
  const prints = options.printCurl === true ? 'curl' : options.printPython === true ? 'python' : undefined
  const printing = new AbortController()
  const output = openOutput(
    { json: text(options, 'json'), format: text(options, 'format'), output: text(options, 'output') },
    terminal,
  )
  let bodyName = 'file'
  let place: Promise<Place> | undefined
  const timeoutS = whole(options, 'timeout')
  const print = (code: string): never => {
    process.stdout.write(`${code}\n`)
    const printed = new Printed('Printed.')
    printing.abort(printed)
    throw printed
  }
  const clientAt = (url: string, token?: string, isPrinted = prints !== undefined) =>
    new Headgate({
      url,
      token: token ?? (() => undefined),
      signal: AbortSignal.any([signal, printing.signal]),
      ...(timeoutS !== undefined && { timeoutMs: timeoutS * 1000 }),
      ...(isPrinted && {
        fetch: async (target, init) => {
          const request = plain(String(target), init, bodyName)
          return print(prints === 'curl' ? curlOf(request) : pythonOf(request))
        },
      }),
    })
  const findOnce = () => {
    place ??= findPlace({ url: text(options, 'url'), profile: text(options, 'profile') }, env)
    return place
  }
  return {
    env,
    terminal,
    output,
    signal,
    place: findOnce,
    clientAt,
    async headgate() {
      const { url, token } = await findOnce()
      if (token.value === undefined && !prints) throw new NotSignedIn(url.value!)
      return clientAt(url.value!, token.value)
    },
    async reader() {
      const { url, token } = await findOnce()
      if (token.value === undefined) throw new NotSignedIn(url.value!)
      return clientAt(url.value!, token.value, false)
    },
    async showView(view) {
      if (!prints) return
      const { url } = await findOnce()
      print(snippet({ ...view, url: url.value! }, prints === 'curl' ? 'curl' : 'pandas'))
    },
    nameBody(name) {
      bodyName = name
    },
    progress: () => openProgress(terminal, isQuiet),
    note(said) {
      if (!isQuiet) process.stderr.write(`${said}\n`)
    },
    async confirm(question) {
      if (options.yes === true || prints) return
      if (!terminal.asks || options.input === false)
        throw new UsageError(`${question} Nobody can be asked.`, 'Say it with --yes.')
      const answer = await ask(`${question} [y/N] `, signal)
      if (!/^y(es)?$/i.test(answer.trim())) throw Object.assign(new Error('Nothing was changed.'), { exitCode: 1 })
    },
    async readSecret(question) {
      if (process.stdin.isTTY !== true) return (await readAll(process.stdin)).replace(/\r?\n$/, '')
      if (!terminal.asks || options.input === false)
        throw new UsageError('A secret is read from standard input.', 'Pipe it: `headgate … < file`.')
      return askHidden(question, signal)
    },
  }
}

function plain(url: string, init: RequestInit | undefined, bodyName: string): PlainRequest {
  const { authorization: _, ...headers } = (init?.headers ?? {}) as Record<string, string>
  const { body } = init ?? {}
  return {
    method: init?.method ?? 'GET',
    url,
    headers,
    body: body === undefined || body === null ? undefined : typeof body === 'string' ? body : `@${bodyName}`,
  }
}

export async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question, { signal })
  } finally {
    lines.close()
  }
}

async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question)
  process.stdin.setRawMode(true)
  process.stdin.setEncoding('utf8').resume()
  try {
    let typed = ''
    for await (const chunk of process.stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<string>)
      for (const c of chunk) {
        signal.throwIfAborted()
        if (c === '\r' || c === '\n' || c === '\u0004') return typed
        if (c === '\u0003') process.kill(process.pid, 'SIGINT')
        else if (c === '\u007f') typed = typed.slice(0, -1)
        else typed += c
      }
    return typed
  } finally {
    process.stdin.setRawMode(false)
    process.stdin.pause()
    process.stderr.write('\n')
  }
}
