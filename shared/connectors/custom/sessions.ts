import type { Secret } from '../../domain/secret.ts'
import { throwIfEnded } from '../files/ended.ts'
import type { Config, Credential } from './config.ts'
import type { Runner, Session } from './runner.ts'
import { secretTexts } from './secret-texts.ts'

export interface SessionsAt {
  readonly runner: Runner
  readonly config: Config
  readonly credential: Secret<Credential>
  readonly signal: AbortSignal
}

/** Runs of the code with one configuration: each has its context made once, and is used again while it is whole. */
export interface Sessions {
  /** What `run` yields, from a session of its own meanwhile; it waits where too many are at work. */
  stream<T>(run: (session: Session) => AsyncIterable<T>): AsyncGenerator<T>
  use<T>(run: (session: Session) => Promise<T>): Promise<T>
  /** What the code has printed, the end of it. */
  printed(): string
  close(): void
}

export function newSessions({ runner, config, credential, signal }: SessionsAt, own: unknown): Sessions {
  const idle: Session[] = []
  const all = new Set<Session>()
  const waiting: (() => void)[] = []
  let busy = 0

  const start = async (): Promise<Session> => {
    const { text, ...orgSecrets } = credential.reveal()
    const { connection, codeInterface, timeoutSeconds, env } = config
    const secrets = [text, ...Object.values(orgSecrets)].flatMap(secretTexts)
    const variables = { env, orgSecrets }
    const at = { connection, codeInterface, timeoutMs: timeoutSeconds * 1000, variables, secrets, signal }
    const session = await runner.start(at)
    all.add(session)
    try {
      await session.makeContext(text, own)
      return session
    } catch (thrown) {
      drop(session)
      throw thrown
    }
  }
  let said = ''
  const drop = (session: Session) => {
    if (all.delete(session)) said = (said + session.printed()).slice(-8_000)
    session.end()
  }
  const take = async (): Promise<Session> => {
    throwIfEnded(signal)
    while (busy >= config.concurrency) await new Promise<void>((resolve) => waiting.push(resolve))
    busy++
    try {
      throwIfEnded(signal)
      return idle.pop() ?? (await start())
    } catch (thrown) {
      leave()
      throw thrown
    }
  }
  const leave = () => {
    busy--
    waiting.shift()?.()
  }
  const stream = async function* <T>(run: (session: Session) => AsyncIterable<T>): AsyncGenerator<T> {
    const session = await take()
    let isWhole = false
    try {
      yield* run(session)
      isWhole = true
    } finally {
      // Code that was left in the middle of something answers nothing else.
      if (isWhole && !session.isEnded() && !signal.aborted) idle.push(session)
      else drop(session)
      leave()
    }
  }
  return {
    stream,
    async use(run) {
      const results = stream(async function* (session) {
        yield await run(session)
      })
      const { value } = await results.next()
      await results.next()
      return value as Awaited<ReturnType<typeof run>>
    },
    printed: () => said + [...all].map((session) => session.printed()).join(''),
    close() {
      for (const session of all) drop(session)
    },
  }
}
