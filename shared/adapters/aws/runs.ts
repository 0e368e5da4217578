import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { Fault } from '../../domain/faults.ts'
import type { Runs } from '../../ports/runs.ts'

export interface AwsRunsOptions {
  /** The name or ARN of the function that takes snapshots. */
  readonly worker: string
  readonly client?: LambdaClient
}

/** Has snapshots taken by a Lambda of their own, invoked asynchronously: Lambda queues it and tries it up to three times. */
export function awsRuns({ worker, client = new LambdaClient({}) }: AwsRunsOptions): Runs {
  return {
    async start(snapshotId) {
      try {
        await client.send(
          new InvokeCommand({
            FunctionName: worker,
            InvocationType: 'Event',
            Payload: Buffer.from(JSON.stringify({ snapshotId })),
          }),
        )
      } catch (cause) {
        if (!isThrottled(cause)) throw cause
        throw new Fault('busy', 'Too many snapshots are being started at once.', { cause, retryAfter: 5 })
      }
    },
  }
}

const isThrottled = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'TooManyRequestsException'
