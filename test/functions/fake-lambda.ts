import type { Writable } from 'node:stream'

/** The first part of a streamed reply. */
export interface Prelude {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The global that the Lambda runtime offers, as far as streamed replies use it. A stream's prelude is left on the stream
 * as `prelude`.
 */
export function installLambda(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: <T>(handler: T): T => handler,
      HttpResponseStream: {
        from: (stream: Writable, prelude: Prelude) => Object.assign(stream, { prelude }),
      },
    },
  })
}
