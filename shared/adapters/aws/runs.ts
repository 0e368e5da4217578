import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { Exports, Runs, RunWork } from '../../ports/runs.ts'
import { awsFault } from './faults.ts'

export interface AwsRunsOptions {
  readonly client: LambdaClient
  /** The name or ARN of the durable function that conducts snapshots. */
  readonly worker: string
}

/** Within so long, a start that is repeated is the same one. */
const sameStartMs = 10 * 60_000

/**
 * Has snapshots taken by a durable function, invoked asynchronously: Lambda queues the event, and knows a repeated one by
 * its name. Fault busy where it takes no more just now.
 */
export const awsRuns = ({ client, worker }: AwsRunsOptions): Runs => ({
  async start(snapshotId) {
    // The end of the id is its own; a name has 64 characters at most.
    const DurableExecutionName = `${snapshotId.slice(-26)}-${Math.floor(Date.now() / sameStartMs)}`
    await invokeLater(client, latest(worker), { snapshotId }, { DurableExecutionName })
  },
})

export interface AwsExportsOptions {
  readonly client: LambdaClient
  /** The name or ARN of the function that makes exports. */
  readonly exporter: string
}

/** Has exports made by a function of their own, one invocation each. Fault busy where Lambda takes no more just now. */
export const awsExports = ({ client, exporter }: AwsExportsOptions): Exports => ({
  start: (exportId) => invokeLater(client, exporter, { exportId }),
})

export interface AwsRunWorkOptions {
  readonly client: LambdaClient
  /** The name or ARN of the function that extracts partitions. */
  readonly extractor: string
  /** The name or ARN of the function that holds views. */
  readonly holder: string
}

/** Has views held by a function of their own. Fault busy where Lambda takes no more just now. */
export const awsRunWork = ({ client, extractor, holder }: AwsRunWorkOptions): RunWork => ({
  extractor: latest(extractor),
  hold: (work) => invokeLater(client, holder, work),
})

/** Durable functions, and what they invoke, are named with their version. */
const latest = (name: string): string => `${name}:$LATEST`

async function invokeLater(
  client: LambdaClient,
  FunctionName: string,
  event: unknown,
  more: { readonly DurableExecutionName?: string } = {},
): Promise<void> {
  const Payload = Buffer.from(JSON.stringify(event))
  try {
    await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload, ...more }))
  } catch (thrown) {
    throw awsFault('Lambda', thrown)
  }
}
