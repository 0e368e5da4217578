import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import type { Readable } from 'node:stream'
import { Fault } from '../../domain/faults.ts'
import { maskStream, maskText } from '../../domain/mask.ts'
import { runEnvironment } from '../../domain/run-environment.ts'
import { ended } from '../files/ended.ts'
import { codeFault, type Raised } from './code-fault.ts'
import type { Language } from './folder.ts'
import { type Answer, readAnswers } from './frames.ts'
import type { ListedObject, Session, StartAt } from './runner.ts'
import { gone, readers, tooSlow } from './session-faults.ts'

export interface ChildAt extends StartAt {
  readonly language: Language
  readonly folder: string
  readonly command: string
  readonly args: readonly string[]
}

/** What the code finds in its environment whatever else is asked for: nothing of ours. */
const system = () => ({ PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', HOME: tmpdir(), TMPDIR: tmpdir() })

/** Starts a process with the code of a connection. It has no environment of ours, and no credential before it is given one. */
export async function startSession(at: ChildAt): Promise<Session> {
  const { signal, timeoutMs } = at
  const mask = maskText(at.secrets)
  const child = spawn(at.command, [...at.args], {
    cwd: at.folder,
    env: runEnvironment({ ...at.variables, system: system() }),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that what it starts ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const printed = collect(child, at.secrets)
  let why: Fault | undefined
  let isEnded = false
  const end = (fault?: Fault) => {
    why ??= fault
    isEnded = true
    signal.removeEventListener('abort', onAbort)
    if (child.exitCode === null && child.signalCode === null) killGroup(child)
  }
  const onAbort = () => end(ended(signal))
  signal.addEventListener('abort', onAbort, { once: true })
  child.once('error', (cause) => {
    why ??= new Fault('source-failed', 'The code of the connection could not be started.', {
      hint: 'Check that the interpreter works on this machine.',
      cause,
    })
  })
  // As long as others are left of its group, its number is nobody else's.
  child.once('exit', () => killGroup(child))
  child.stdin!.on('error', () => {})
  if (signal.aborted) onAbort()
  const answers = readAnswers(child.stdio[3] as Readable)
  const reader = readers[at.language][at.codeInterface]

  const next = async (): Promise<Answer> => {
    const timer = setTimeout(() => end(tooSlow(timeoutMs)), timeoutMs)
    try {
      const { done, value } = await answers.next()
      if (!done && value.is === 'error') throw codeFault(value.json as Raised, mask)
      if (!done) return value
      if (child.exitCode === null && child.signalCode === null && why === undefined) await once(child, 'close')
      throw why ?? gone(child, printed())
    } catch (thrown) {
      throw why ?? thrown
    } finally {
      clearTimeout(timer)
    }
  }
  const ask = (question: object) => {
    const text = Buffer.from(JSON.stringify({ reader, ...question }))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(text.length)
    child.stdin!.write(Buffer.concat([length, text]))
  }
  /** What is asked and answered in pieces. Who goes before the end leaves code that is still at it: it is ended. */
  const stream = async function* <T>(question: object, pick: (answer: Answer) => T): AsyncGenerator<T> {
    let isOver = false
    try {
      ask(question)
      for (let answer = await next(); answer.is !== 'end'; answer = await next()) yield pick(answer)
      isOver = true
    } finally {
      if (!isOver) end()
    }
  }
  const json = async (question: object): Promise<unknown> => {
    ask(question)
    const answer = await next()
    return answer.is === 'json' ? answer.json : undefined
  }
  try {
    const loaded = (await json({ do: 'load', folder: at.folder })) as { infersSchema: boolean }
    return {
      infersSchema: loaded.infersSchema,
      makeContext: async (credentials, config) => void (await json({ do: 'context', credentials, config })),
      list: (metadata) =>
        stream({ do: 'list', metadata }, (answer) => (answer.is === 'json' ? answer.json : []) as ListedObject[]),
      read: (metadata) =>
        stream({ do: 'read', metadata }, (answer) => (answer.is === 'bytes' ? answer.bytes : new Uint8Array())),
      inferSchema: async (metadata) => (await json({ do: 'schema', metadata })) as [string, string][],
      printed,
      end: () => end(),
      isEnded: () => isEnded || child.exitCode !== null || child.signalCode !== null,
    }
  } catch (thrown) {
    end()
    throw thrown
  }
}

const keptOutput = 8_000

/** The end of what a process prints, masked. It is taken as it comes, so that printing never holds the code up. */
function collect({ stdout, stderr }: ChildProcess, secrets: readonly string[]): () => string {
  let text = ''
  for (const stream of [stdout, stderr]) {
    const masking = maskStream(secrets)
    const add = (more: string) => {
      text = (text + more).slice(-keptOutput)
    }
    stream
      ?.setEncoding('utf8')
      .on('data', (more: string) => add(masking.write(more)))
      .on('end', () => add(masking.end()))
  }
  return () => text
}

/** The process and whatever it has started. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // None of it is left.
  }
}
