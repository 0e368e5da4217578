import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { afterEach, describe, expect, it } from 'vitest'
import { awsRuns, awsRunWork } from '../../../shared/adapters/aws/runs.ts'

interface Invocation {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly type: string | string[] | undefined
  readonly name: string | string[] | undefined
  readonly payload: unknown
}

let stop = async () => {}
afterEach(() => stop())

/** Runs over a server that takes what Lambda's Invoke sends. */
async function runsOver(answer: (response: ServerResponse) => void) {
  const invocations: Invocation[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    invocations.push({
      method: request.method,
      path: request.url,
      type: request.headers['x-amz-invocation-type'],
      name: request.headers['x-amz-durable-execution-name'],
      payload: JSON.parse(await text(request)),
    })
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new LambdaClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
  stop = async () => {
    client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  const work = { client, extractor: 'Headgate-extractPartition', holder: 'Headgate-holdView' }
  return { runs: awsRuns({ worker: 'Headgate-runSnapshot', client }), work: awsRunWork(work), invocations }
}

const refusal = (response: ServerResponse, status: number, code: string) =>
  response.writeHead(status, { 'x-amzn-errortype': code, 'content-type': 'application/json' }).end('{"message":"no"}')

describe('runs over Lambda', () => {
  it('has the worker invoked with the id, and does not wait for it', async () => {
    const { runs, invocations } = await runsOver((response) => response.writeHead(202).end())
    await runs.start('flights-01arz3ndektsv4rrffq69g5fav')
    expect(invocations).toEqual([
      {
        method: 'POST',
        path: `/2015-03-31/functions/${encodeURIComponent('Headgate-runSnapshot:$LATEST')}/invocations`,
        type: 'Event',
        name: expect.stringMatching(/^01arz3ndektsv4rrffq69g5fav-\d+$/),
        payload: { snapshotId: 'flights-01arz3ndektsv4rrffq69g5fav' },
      },
    ])
  })

  it('has a view held by the holder, and names who extracts by its version', async () => {
    const { work, invocations } = await runsOver((response) => response.writeHead(202).end())
    const asked = { claim: { snapshot: 'flights-01arz3ndektsv4rrffq69g5fav', attempt: 1 }, relieves: null }
    await work.hold(asked)
    expect(invocations).toMatchObject([
      { path: '/2015-03-31/functions/Headgate-holdView/invocations', type: 'Event', payload: asked },
    ])
    expect(work.extractor).toBe('Headgate-extractPartition:$LATEST')
  })

  it('is busy where Lambda takes no more', async () => {
    const { runs } = await runsOver((response) => refusal(response, 429, 'TooManyRequestsException'))
    await expect(runs.start('a')).rejects.toMatchObject({ code: 'busy', retryAfter: 1 })
  })

  it('tells its failures from those of callers', async () => {
    const { runs } = await runsOver((response) => refusal(response, 404, 'ResourceNotFoundException'))
    await expect(runs.start('a')).rejects.toMatchObject({
      code: 'internal',
      cause: { name: 'ResourceNotFoundException' },
    })
  })
})
