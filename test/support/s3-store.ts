import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll } from 'vitest'
import { moto } from './moto.ts'

export interface TestStore {
  readonly endpoint: string
  readonly bucket: string
  /** The keys that are let in. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** What STS was asked, as forms. */
  readonly assumed: readonly URLSearchParams[]
}

/**
 * A bucket with files in moto, behind a gate that knows one access key and those that STS gives: moto lets everybody in,
 * and where it is told not to, it takes signatures of queries with a slash for wrong. Ended after the tests of the file.
 */
export async function testStore(files: Readonly<Record<string, Uint8Array | string>>): Promise<TestStore> {
  const server = await moto.start()
  afterAll(() => server.stop())
  const keys = { accessKeyId: 'AKIAREADER', secretAccessKey: 'a-secret-6f21' }
  const bucket = 'lab-data'
  const root = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { ...keys },
  })
  await root.send(new CreateBucketCommand({ Bucket: bucket }))
  const waiting = Object.entries(files)
  const put = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      await root.send(new PutObjectCommand({ Bucket: bucket, Key: next[0], Body: Buffer.from(next[1]) }))
  }
  await Promise.all(Array.from({ length: 8 }, put))
  root.destroy()
  const assumed: URLSearchParams[] = []
  return { endpoint: await openGate(server.endpoint, keys.accessKeyId, assumed), bucket, keys, assumed }
}

async function openGate(behind: string, accessKeyId: string, assumed: URLSearchParams[]): Promise<string> {
  const gate = createServer(async (incoming, outgoing) => {
    const id = keyOf(incoming)
    if (id !== accessKeyId && !id?.startsWith('ASIA')) {
      const code = id === undefined ? 'AccessDenied' : 'InvalidAccessKeyId'
      outgoing.writeHead(403, { 'content-type': 'application/xml' })
      outgoing.end(
        incoming.method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>${id}</Message></Error>`,
      )
      return
    }
    const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>))
    if (body.includes('AssumeRole')) assumed.push(new URLSearchParams(body.toString()))
    const { host: _, ...headers } = incoming.headers
    const inner = request(new URL(behind), { method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    inner.on('error', () => outgoing.destroy())
    outgoing.on('close', () => inner.destroy())
    inner.end(body)
  })
  await new Promise<void>((resolve) => {
    gate.listen(0, '127.0.0.1', resolve)
  })
  afterAll(() => {
    gate.closeAllConnections()
    gate.close()
  })
  return `http://127.0.0.1:${(gate.address() as AddressInfo).port}`
}

const keyOf = ({ url, headers }: IncomingMessage): string | undefined =>
  /Credential=([^/%]+)/.exec(`${headers.authorization ?? ''} ${url}`)?.[1]
