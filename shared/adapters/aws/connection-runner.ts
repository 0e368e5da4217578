import { Readable } from 'node:stream'
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { noConnection } from '../../connectors/custom/child-runner.ts'
import { codeFault, type Raised } from '../../connectors/custom/code-fault.ts'
import { type Answer, readAnswers } from '../../connectors/custom/frames.ts'
import type { ListedObject, Runner, Session, StartAt } from '../../connectors/custom/runner.ts'
import { gone, readers, tooSlow } from '../../connectors/custom/session-faults.ts'
import { ended, throwIfEnded } from '../../connectors/files/ended.ts'
import type { ConnectionEvent, ConnectionReply, DeployedConnection } from '../../domain/connection-run.ts'
import { Fault } from '../../domain/faults.ts'
import { maskText } from '../../domain/mask.ts'
import { awsFault } from './faults.ts'

export interface ConnectionRunnerOptions {
  readonly lambda: LambdaClient
  readonly s3: S3Client
  /** Where functions put what is too long for their replies. */
  readonly bucket: string
  /** What the names of the functions begin with. */
  readonly prefix: string
  readonly connections: readonly DeployedConnection[]
}

/**
 * Runs connections in functions of their own, which have no right but to their own output. Each question is one
 * invocation, in which the code is loaded and its context made anew: nothing of one run is left for another.
 */
export function connectionRunner(options: ConnectionRunnerOptions): Runner {
  const { connections } = options
  const names = connections.map(({ name }) => name)
  const find = (connection: string): DeployedConnection => {
    const found = connections.find(({ name }) => name === connection)
    if (found) return found
    throw noConnection(connection, names)
  }
  return {
    names: async () => names,
    codeFingerprint: async (connection) => find(connection).fingerprint,
    start: async (at) => newSession(options, find(at.connection), at),
  }
}

function newSession(options: ConnectionRunnerOptions, connection: DeployedConnection, at: StartAt): Session {
  const { signal, timeoutMs } = at
  const mask = maskText(at.secrets)
  const reader = readers[connection.language][at.codeInterface]
  const ending = new AbortController()
  const both = AbortSignal.any([signal, ending.signal])
  let given: { readonly credentials: string; readonly config: unknown }
  let infersSchema = false
  let printed = ''

  /** The answers to a question, those to loading the code and making its context before it taken. */
  const ask = async function* (question?: object): AsyncGenerator<Answer> {
    throwIfEnded(signal)
    const questions = [{ do: 'load' }, { do: 'context', ...given }, ...(question ? [question] : [])]
    const reply = await invoke(options, connection, {
      event: { questions: questions.map((each) => ({ reader, ...each })), env: variablesOf(at), timeoutMs },
      signal: both,
    })
    printed = (printed + mask(whole(reply))).slice(-8_000)
    let count = 0
    try {
      for await (const answer of readAnswers(Readable.from(framesOf(options, reply, both)))) {
        throwIfEnded(signal)
        if (answer.is === 'error') throw codeFault(answer.json as Raised, mask)
        if (count++ === 0)
          infersSchema = answer.is === 'json' && (answer.json as { infersSchema: boolean }).infersSchema
        else if (count > 2) yield answer
        if (answer.is === 'end') return
      }
    } finally {
      await deleteParts(options, reply)
    }
    if (reply.ended !== null) throw endOf(reply.ended, timeoutMs, mask(whole(reply)))
  }
  // The beginning of what was cut may be the end of a secret, in any form: none is three times as long.
  const longest = 3 * Math.max(0, ...at.secrets.map(({ length }) => length))
  const whole = ({ printed, isCut }: ConnectionReply) => (isCut ? printed.slice(longest) : printed)
  const json = async (question: object): Promise<unknown> => {
    for await (const answer of ask(question)) if (answer.is === 'json') return answer.json
    return undefined
  }
  const stream = async function* <T>(question: object, pick: (answer: Answer) => T): AsyncGenerator<T> {
    for await (const answer of ask(question)) if (answer.is !== 'end') yield pick(answer)
  }
  return {
    get infersSchema() {
      return infersSchema
    },
    async makeContext(credentials, config) {
      given = { credentials, config }
      await Array.fromAsync(ask())
    },
    list: (metadata) =>
      stream({ do: 'list', metadata }, (answer) => (answer.is === 'json' ? answer.json : []) as ListedObject[]),
    read: (metadata) =>
      stream({ do: 'read', metadata }, (answer) => (answer.is === 'bytes' ? answer.bytes : new Uint8Array())),
    inferSchema: async (metadata) => (await json({ do: 'schema', metadata })) as [string, string][],
    printed: () => printed,
    end: () => ending.abort(),
    isEnded: () => ending.signal.aborted,
  }
}

const variablesOf = ({ variables: { env, orgSecrets } }: StartAt) => ({ ...env, ...orgSecrets })

/** One run. Faults: busy, cancelled, source-failed where the function itself failed. */
async function invoke(
  { lambda, prefix }: ConnectionRunnerOptions,
  { name, suffix }: DeployedConnection,
  { event, signal }: { readonly event: ConnectionEvent; readonly signal: AbortSignal },
): Promise<ConnectionReply> {
  const command = new InvokeCommand({
    FunctionName: `${prefix}${suffix}`,
    Payload: Buffer.from(JSON.stringify(event)),
  })
  const { Payload, FunctionError } = await lambda.send(command, { abortSignal: signal }).catch((thrown: unknown) => {
    throw signal.aborted ? ended(signal) : awsFault('Lambda', thrown)
  })
  if (FunctionError === undefined && Payload) return JSON.parse(Buffer.from(Payload).toString()) as ConnectionReply
  throw new Fault('source-failed', `The function of the connection ${name} failed.`, {
    hint: 'It may take more memory or more time than it has: see its log.',
  })
}

/** The bytes of the answers. */
async function* framesOf(
  { s3, bucket }: ConnectionRunnerOptions,
  { parts, frames }: ConnectionReply,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for (const Key of parts) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }), { abortSignal: signal })
      yield* Body as AsyncIterable<Uint8Array>
    }
    yield Buffer.from(frames, 'base64')
  } catch (thrown) {
    throw signal.aborted ? ended(signal) : awsFault('S3', thrown)
  }
}

/** What cannot be deleted now goes by itself after a day. */
async function deleteParts({ s3, bucket }: ConnectionRunnerOptions, { parts }: ConnectionReply): Promise<void> {
  await Promise.allSettled(parts.map((Key) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))))
}

function endOf(how: ConnectionReply['ended'], timeoutMs: number, printed: string): Fault {
  if (how === 'silent') return tooSlow(timeoutMs)
  if (how === 'late')
    return new Fault('source-timeout', 'The code of the connection did not end in the time that a function has.', {
      hint: 'Have it list smaller objects: each is read in a run of its own.',
    })
  const exitCode = how !== null && 'exitCode' in how ? how.exitCode : null
  const signalCode = how !== null && 'signal' in how ? how.signal : null
  return gone({ exitCode, signalCode }, printed)
}
