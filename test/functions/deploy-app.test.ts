import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildHosting } from '../../infra/build.ts'
import { s3Client } from '../support/aws.ts'
import { moto } from '../support/moto.ts'
import { startLambda } from './runtime/lambda.ts'

const skipped = moto.missing ? ` (skipped: ${moto.missing})` : ''

describe.skipIf(moto.missing !== undefined)(`the function that puts the Data App into place${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-deploy-app-'))
  const answers: unknown[] = []
  const cloudFormation = createServer(async (request, response) => {
    answers.push({ method: request.method, type: request.headers['content-type'], ...JSON.parse(await text(request)) })
    response.end()
  })
  let aws: Awaited<ReturnType<typeof moto.start>>
  let lambda: Awaited<ReturnType<typeof startLambda>>
  let client: ReturnType<typeof s3Client>
  const Bucket = 'headgate-app'

  beforeAll(async () => {
    aws = await moto.start()
    client = s3Client(aws.endpoint)
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' as const }
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }))
    await new Promise<void>((resolve) => cloudFormation.listen(0, '127.0.0.1', resolve))
    mkdirSync(join(folder, 'app/assets'), { recursive: true })
    writeFileSync(join(folder, 'app/index.html'), '<!doctype html><script src="/assets/a-1.js"></script>')
    writeFileSync(join(folder, 'app/assets/a-1.js'), 'export {}')
    const code = join(folder, 'hosting')
    await buildHosting({ outdir: code, app: join(folder, 'app') })
    lambda = await startLambda({
      code,
      handler: 'deploy-app.handler',
      timeoutMs: 300_000,
      variables: {
        HEADGATE_APP_BUCKET: Bucket,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: aws.endpoint,
      },
    })
  })
  afterAll(async () => {
    await lambda?.stop()
    cloudFormation.close()
    await aws?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function invoke(RequestType: string): Promise<unknown> {
    const { error } = await lambda.invoke({
      RequestType,
      ResponseURL: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}/answer`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Files',
      ResourceProperties: { app: '{"signIn":null}', build: '1' },
    })
    expect(error).toBeUndefined()
    return answers.at(-1)
  }
  const names = async () =>
    (await client.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? []

  it('puts every file with its type and how long it may be kept, and says so to CloudFormation', async () => {
    expect(await invoke('Create')).toMatchObject({ method: 'PUT', Status: 'SUCCESS', PhysicalResourceId: 'app' })
    expect(await names()).toEqual(['app.json', 'assets/a-1.js', 'index.html'])
    const get = (Key: string) => client.send(new GetObjectCommand({ Bucket, Key }))
    expect(await get('index.html')).toMatchObject({ ContentType: 'text/html; charset=utf-8', CacheControl: 'no-cache' })
    expect(await get('assets/a-1.js')).toMatchObject({
      ContentType: 'text/javascript; charset=utf-8',
      CacheControl: 'public, max-age=31536000, immutable',
    })
    expect(await (await get('app.json')).Body!.transformToString()).toBe('{"signIn":null}')
  })

  it('leaves what a page of before may still ask for, and empties the bucket where the stack goes', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'assets/old-0.js', Body: 'export {}' }))
    expect(await invoke('Update')).toMatchObject({ Status: 'SUCCESS' })
    expect(await names()).toContain('assets/old-0.js')
    expect(await invoke('Delete')).toMatchObject({ Status: 'SUCCESS' })
    expect(await names()).toEqual([])
  })

  it('tells CloudFormation when it cannot, and why only in the log', async () => {
    rmSync(join(folder, 'hosting/app/index.html'))
    expect(await invoke('Update')).toMatchObject({ Status: 'FAILED', Reason: 'The log of the function says why.' })
    expect(lambda.log()).toContain('The Data App could not be put into place')
  })
})
