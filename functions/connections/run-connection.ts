import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Context } from 'aws-lambda'
import type { ConnectionEvent, ConnectionReply } from '../../shared/domain/connection-run.ts'

const here = import.meta.dirname
const code = join(here, 'connection')
const inlineBytes = 4 << 20
const partBytes = 8 << 20
const keptOutput = 8000
/** What is left for the reply when the time of an invocation ends. */
const spareMs = 3000

/** The Lambda of one connection in TypeScript: `run_connection.py` says how it is asked and how it answers. */
export async function handler(event: ConnectionEvent, context: Context): Promise<ConnectionReply> {
  const home = await mkdtemp(join(tmpdir(), 'run-'))
  try {
    return await run(event, home, context.getRemainingTimeInMillis() - spareMs, newOutput(context.awsRequestId))
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

type Output = ReturnType<typeof newOutput>

/** What the code answers: its beginning in objects of this connection's own prefix, its end in the reply. */
function newOutput(requestId: string) {
  const parts: string[] = []
  let held: Buffer[] = []
  let size = 0
  let client: S3Client | undefined
  const keep = async () => {
    client ??= new S3Client({})
    const Key = `${process.env.HEADGATE_OUTPUT}${requestId}/${String(parts.length).padStart(5, '0')}`
    await client.send(new PutObjectCommand({ Bucket: process.env.HEADGATE_BUCKET, Key, Body: Buffer.concat(held) }))
    parts.push(Key)
    held = []
    size = 0
  }
  return {
    async add(data: Buffer) {
      held.push(data)
      size += data.length
      if (size >= partBytes) await keep()
    },
    async reply(all: string, ended: ConnectionReply['ended']): Promise<ConnectionReply> {
      if (size > inlineBytes) await keep()
      return { frames: Buffer.concat(held).toString('base64'), parts, ...cut(all), ended }
    },
  }
}

async function run(event: ConnectionEvent, home: string, leftMs: number, output: Output): Promise<ConnectionReply> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(here, 'run-typescript.mjs')], {
    cwd: code,
    env: { ...event.env, PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', HOME: home, TMPDIR: home },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream!.setEncoding('utf8').on('data', (more: string) => {
      printed = (printed + more).slice(-keptOutput - 1)
    })
  child.stdin!.on('error', () => {})
  const closed = once(child, 'close')
  for (const question of event.questions) child.stdin!.write(frame({ ...question, folder: code }))
  child.stdin!.end()
  let why: 'silent' | 'late' | null = null
  const stop = (reason: 'silent' | 'late') => () => {
    why ??= reason
    killGroup(child)
  }
  const late = setTimeout(stop('late'), leftMs)
  let silent = setTimeout(stop('silent'), event.timeoutMs)
  try {
    for await (const data of child.stdio[3] as Readable as AsyncIterable<Buffer>) {
      clearTimeout(silent)
      await output.add(data)
      silent = setTimeout(stop('silent'), event.timeoutMs)
    }
    // It has answered, and may end by itself.
    const end = setTimeout(() => killGroup(child), 500)
    await closed
    clearTimeout(end)
  } finally {
    clearTimeout(late)
    clearTimeout(silent)
    killGroup(child)
  }
  const { exitCode, signalCode } = child
  const early = exitCode ? { exitCode } : signalCode !== null ? { signal: signalCode } : null
  return output.reply(printed, why ?? early)
}

const cut = (text: string) => ({ printed: text.slice(-keptOutput), isCut: text.length > keptOutput })

function frame(question: object): Buffer {
  const text = Buffer.from(JSON.stringify(question))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text])
}

/** The process and whatever it has started. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // None of it is left.
  }
}
