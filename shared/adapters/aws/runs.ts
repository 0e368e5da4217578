import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { Runs } from '../../ports/runs.ts'
import { awsFault } from './faults.ts'

export interface AwsRunsOptions {
  readonly client: LambdaClient
  /** The name or ARN of the function that takes snapshots. */
  readonly worker: string
}

/**
 * Has snapshots taken by a Lambda of their own, invoked asynchronously: Lambda queues the event and tries it up to three
 * times. Fault busy where it takes no more just now.
 */
export const awsRuns = ({ client, worker }: AwsRunsOptions): Runs => ({
  async start(snapshotId) {
    const Payload = Buffer.from(JSON.stringify({ snapshotId }))
    try {
      await client.send(new InvokeCommand({ FunctionName: worker, InvocationType: 'Event', Payload }))
    } catch (thrown) {
      throw awsFault('Lambda', thrown)
    }
  },
})
