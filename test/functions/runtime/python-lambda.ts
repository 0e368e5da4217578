import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../support/code.ts'
import type { Invoked, LambdaOptions } from './lambda.ts'

/** A Lambda in Python on this machine, with nothing of this process' environment. It takes one event after the other. */
export function startPythonLambda(python: string, { code, handler, timeoutMs, variables }: LambdaOptions) {
  const child = spawn(python, [join(root, 'test/functions/runtime/lambda.py')], {
    cwd: code,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      LAMBDA_TASK_ROOT: code,
      _HANDLER: handler,
      TIMEOUT_MS: String(timeoutMs),
      ...variables,
    },
  })
  const waiting: { resolve(invoked: Invoked): void; reject(cause: unknown): void }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { payload, error } = JSON.parse(line)
    waiting.shift()?.resolve({ payload: Buffer.from(JSON.stringify(payload ?? null)), isStream: false, error })
  })
  child.on('exit', () => {
    for (const each of waiting.splice(0)) each.reject(new Error(`${handler} ended.`))
  })
  return {
    invoke: (event: unknown): Promise<Invoked> =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${JSON.stringify(event)}\n`)
      }),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.stdin.end()
      child.kill('SIGKILL')
      await gone
    },
  }
}
