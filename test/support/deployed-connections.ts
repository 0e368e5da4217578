import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { buildConnections } from '../../infra/build-connections.ts'
import { connectionRunner } from '../../shared/adapters/aws/connection-runner.ts'
import { customKind } from '../../shared/connectors/custom/kind.ts'
import { startLambda } from '../functions/runtime/lambda.ts'
import { startPythonLambda } from '../functions/runtime/python-lambda.ts'
import { s3Client } from './aws.ts'
import { moto } from './moto.ts'

const bucket = 'headgate-objects'

/** Why connections cannot be run as functions here; undefined where they can. */
export const missing =
  moto.missing ?? (process.env.HEADGATE_PYTHON ? undefined : 'HEADGATE_PYTHON names no Python with boto3')

/** The connections of a folder, each as the function that would be deployed, and the kind that invokes them. */
export async function deployConnections(folder: string, { timeoutMs = 900_000 } = {}) {
  const outdir = await mkdtemp(join(tmpdir(), 'headgate-deployed-'))
  const connections = await buildConnections({ folder, outdir })
  const store = await moto.start()
  const s3 = s3Client(store.endpoint)
  await s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  )
  const running: { stop(): Promise<void> }[] = []
  const idle = new Map<string, Awaited<ReturnType<typeof start>>[]>()
  const invoked: { readonly name: string; readonly event: unknown }[] = []
  let atWork = 0

  async function start(name: string, language: string) {
    const options = {
      code: join(outdir, name),
      handler: language === 'python' ? 'run_connection.handler' : 'run-connection.handler',
      timeoutMs,
      variables: {
        AWS_REGION: 'eu-central-1',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'of-the-function',
        AWS_SECRET_ACCESS_KEY: 'of-the-function',
        AWS_ENDPOINT_URL_S3: store.endpoint,
        HEADGATE_BUCKET: bucket,
        HEADGATE_OUTPUT: `connection-output/${name}/`,
      },
    }
    const lambda =
      language === 'python' ? startPythonLambda(process.env.HEADGATE_PYTHON!, options) : await startLambda(options)
    running.push(lambda)
    return lambda
  }
  // As Lambda does: a call that finds no idle instance gets one of its own.
  const server = createServer(async (request, response) => {
    const [, suffix] = /functions\/Headgate-connection-([^/]+)\/invocations$/.exec(request.url ?? '') ?? []
    const found = connections.find((each) => each.suffix === suffix)
    if (!found) return void response.writeHead(404).end('{}')
    const event = JSON.parse((await buffer(request)).toString())
    invoked.push({ name: found.name, event })
    atWork++
    const lambda = idle.get(found.name)?.pop() ?? (await start(found.name, found.language))
    const { payload, error } = await lambda.invoke(event)
    atWork--
    idle.set(found.name, [...(idle.get(found.name) ?? []), lambda])
    if (error) response.setHeader('x-amz-function-error', 'Unhandled')
    response.end(error ? JSON.stringify(error) : payload)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const lambda = new LambdaClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  })
  const prefix = 'Headgate-connection-'
  const runner = connectionRunner({ lambda, s3, bucket, prefix, connections })
  return {
    kind: customKind(async () => runner),
    runner,
    connections,
    /** What each function was asked, in turn. */
    invoked,
    atWork: () => atWork,
    /** What functions have put into the bucket and nobody has deleted. */
    leftInBucket: async () =>
      (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents?.map(({ Key }) => Key) ?? [],
    async dispose() {
      await Promise.all(running.map((each) => each.stop()))
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await store.stop()
      await rm(outdir, { recursive: true, force: true })
    },
  }
}
