import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { connectionRunner } from '../../shared/adapters/aws/connection-runner.ts'
import type { Runner } from '../../shared/connectors/custom/runner.ts'
import type { DeployedConnection } from '../../shared/domain/connection-run.ts'
import { env } from '../env.ts'

/** What runs own code: the functions that were deployed for it. A deployment without any has no such variable. */
export async function makeConnectionRunner(): Promise<Runner> {
  const hasConnections = process.env.HEADGATE_CONNECTIONS !== undefined
  return connectionRunner({
    lambda: new LambdaClient({}),
    s3: new S3Client({}),
    bucket: hasConnections ? env('HEADGATE_BUCKET') : '',
    prefix: process.env.HEADGATE_CONNECTIONS ?? '',
    connections: hasConnections ? await readList() : [],
  })
}

/** The list of them lies beside the code of every function. */
const readList = async (): Promise<readonly DeployedConnection[]> =>
  JSON.parse(await readFile(join(process.env.LAMBDA_TASK_ROOT ?? '.', 'connections.json'), 'utf8'))
