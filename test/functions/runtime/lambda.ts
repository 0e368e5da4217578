import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { root } from '../../support/code.ts'

/** What a function gave back. */
export interface Invoked {
  readonly payload: Buffer
  readonly isStream: boolean
  /** What it failed with; of a stream, what broke it off. */
  readonly error: { readonly errorMessage: string } | undefined
}

export interface LambdaOptions {
  /** The folder of built functions. */
  readonly code: string
  readonly handler: string
  readonly timeoutMs: number
  readonly variables: Readonly<Record<string, string>>
}

interface Waiting {
  readonly event: unknown
  timer?: NodeJS.Timeout
  resolve(invoked: Invoked): void
  reject(cause: unknown): void
}

/** The most that Lambda carries of an answer that is not streamed, bytes. */
const replyBytes = 6_291_556

/**
 * A Lambda on this machine: AWS's own Node runtime (aws-lambda-ric) in a process that has nothing of this one's
 * environment, over a runtime API that hands it one event after the other.
 */
export async function startLambda({ code, handler, timeoutMs, variables }: LambdaOptions) {
  const queue: Waiting[] = []
  const underWay = new Map<string, Waiting>()
  let asking: ((waiting: Waiting) => void) | undefined
  let failure: Error | undefined
  let said = ''
  let events = 0

  const hand = (response: ServerResponse) => (waiting: Waiting) => {
    const id = `event-${++events}`
    underWay.set(id, waiting)
    waiting.timer = setTimeout(() => fail(new Error(`Task timed out after ${timeoutMs / 1000} seconds`)), timeoutMs)
    waiting.timer.unref()
    response.setHeader('Lambda-Runtime-Aws-Request-Id', id)
    response.setHeader('Lambda-Runtime-Deadline-Ms', String(Date.now() + timeoutMs))
    response.setHeader('Lambda-Runtime-Invoked-Function-Arn', 'arn:aws:lambda:eu-central-1:123456789012:function:here')
    response.end(JSON.stringify(waiting.event))
  }
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const [, id = '', what] = /\/invocation\/([^/]+)\/?(\w+)?$/.exec(request.url ?? '') ?? []
    if (id === 'next') {
      const next = queue.shift()
      if (next) hand(response)(next)
      else asking = hand(response)
      return
    }
    const isStream = request.headers['lambda-runtime-function-response-mode'] === 'streaming'
    const payload = await buffer(request)
    response.writeHead(202).end()
    const trailer = request.trailers['lambda-runtime-function-error-body']
    clearTimeout(underWay.get(id)?.timer)
    if (!isStream && payload.byteLength > replyBytes) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${replyBytes} bytes).`
      underWay.get(id)?.resolve({ payload: Buffer.alloc(0), isStream, error: { errorMessage } })
      underWay.delete(id)
      return
    }
    const error = what === 'error' ? payload.toString() : trailer && Buffer.from(trailer, 'base64').toString()
    underWay.get(id)?.resolve({ payload, isStream, error: error ? JSON.parse(error) : undefined })
    underWay.delete(id)
    if (id === '') fail(new Error(`${handler} did not start: ${payload}`))
  }
  const server = createServer((request, response) => void take(request, response).catch(fail))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const child = startRuntime(code, handler, (server.address() as AddressInfo).port, variables)
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk
    })
  function fail(cause: unknown): void {
    failure = new Error(`${handler} failed: ${said}`, { cause })
    for (const waiting of [...queue.splice(0), ...underWay.values()]) waiting.reject(failure)
    underWay.clear()
  }
  child.on('exit', fail)

  return {
    /** Everything that the function has written to its log. */
    log: () => said,
    invoke: (event: unknown): Promise<Invoked> =>
      new Promise((resolve, reject) => {
        const waiting = { event, resolve, reject }
        if (failure) reject(failure)
        else if (asking) asking(waiting)
        else queue.push(waiting)
        asking = undefined
      }),
    async stop() {
      child.removeAllListeners('exit')
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await ended
      }
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function startRuntime(
  code: string,
  handler: string,
  port: number,
  variables: LambdaOptions['variables'],
): ChildProcess {
  const shim = join(root, 'test/functions/runtime/rapid-client.cjs')
  return spawn(process.execPath, ['--require', shim, join(root, 'node_modules/aws-lambda-ric/index.mjs')], {
    cwd: code,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      TZ: ':UTC',
      LAMBDA_TASK_ROOT: code,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      AWS_LAMBDA_FUNCTION_NAME: handler,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${handler}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'here',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      _HANDLER: handler,
      ...variables,
    },
  })
}
