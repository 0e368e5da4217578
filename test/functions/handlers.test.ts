import type { APIGatewayProxyResult as Result } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fileOf, functionIds } from '../../infra/handlers.ts'
import { hashToken, makeToken } from '../../shared/domain/token.ts'
import { deploy, missing } from './deployed.ts'
import { apiEvent, context, type EventOptions, logged } from './event.ts'

type Handler = (event: unknown, context: unknown) => Promise<unknown>

const handlerOf = async (id: string): Promise<Handler> =>
  ((await import(`../../functions/${fileOf(id)}.ts`)) as { handler: Handler }).handler

/** Invokes the function of an operation as API Gateway does. */
async function call(id: string, method: string, target: string, options: EventOptions = {}) {
  let result: Result | undefined
  await logged(async () => {
    result = (await (await handlerOf(id))(apiEvent(method, target, options), context())) as Result
  })
  const { statusCode: status, headers, body } = result!
  return { status, headers: headers as Record<string, string>, json: body === '' ? undefined : JSON.parse(body) }
}

async function invoke(id: string, event: unknown): Promise<{ answer: unknown; log: string }> {
  let answer: unknown
  const log = await logged(async () => {
    answer = await (await handlerOf(id))(event, context(900_000))
  })
  return { answer, log }
}

describe.skipIf(missing !== undefined)(`the deployed functions${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let dispose = async () => {}

  beforeAll(async () => {
    dispose = (await deploy()).dispose
  })
  afterAll(() => dispose())

  it('do nothing when they are imported', async () => {
    for (const id of functionIds) expect(await handlerOf(id), id).toBeTypeOf('function')
  })

  it('answer what anyone may ask', async () => {
    expect((await call('getHealth', 'GET', '/v1/health', { role: null })).json).toMatchObject({ status: 'ok' })
    expect((await call('getOpenapi', 'GET', '/v1/openapi.json', { role: null })).json.openapi).toBe('3.1.0')
  })

  it('let in who has a token that was made for them, and say who it is', async () => {
    const { answer, log } = await invoke('makeToken', { caller: 'grace', role: 'editor', days: 1 })
    const { token } = answer as { token: string }
    expect(log).not.toContain(token)
    expect(log).not.toContain(hashToken(token))
    const authorized = await invoke('authorizer', {
      type: 'TOKEN',
      methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:abc123/v1/GET/sources/x/tables',
      authorizationToken: `Bearer ${token}`,
    })
    expect(authorized.answer).toEqual({
      principalId: 'grace',
      context: { caller: 'grace', role: 'editor' },
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:eu-central-1:123456789012:abc123/v1/*',
          },
        ],
      },
    })
    expect(authorized.log).toBe('')
  })

  it.each(['Bearer hg_pat_unknown', 'Bearer ', 'Basic Z3JhY2U6eA==', ''])(
    'keep out %j with the word that makes 401',
    async (authorizationToken) => {
      const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/v1/GET/me'
      await expect(invoke('authorizer', { type: 'TOKEN', methodArn, authorizationToken })).rejects.toThrow(
        /^Unauthorized$/,
      )
    },
  )

  it('do not take a broken catalog for an unknown caller', async () => {
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB
    vi.resetModules()
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:1'
    try {
      const authorizationToken = `Bearer ${makeToken()}`
      const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/v1/GET/me'
      const authorizer = await handlerOf('authorizer')
      const log = await logged(() =>
        expect(authorizer({ type: 'TOKEN', methodArn, authorizationToken }, context())).rejects.toThrow(
          /^The failure is in the lines before\.$/,
        ),
      )
      expect(log).toContain('"ERROR"')
      expect(log).not.toContain(authorizationToken)
    } finally {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint
      vi.resetModules()
    }
  })

  it('refuse to make tokens of roles that are not there', async () => {
    await expect(invoke('makeToken', { caller: 'eve', role: 'root' })).rejects.toThrow(/role/)
    await expect(invoke('makeToken', {})).rejects.toThrow()
  })

  it('carry what a token is good for from the authorizer to the operation', async () => {
    const body = JSON.stringify({ name: 'narrow', scopes: ['read', 'admin'], connectors: ['one'] })
    const made = await call('createToken', 'POST', '/v1/tokens', { caller: 'hopper', role: 'editor', body })
    const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/v1/GET/me'
    const { answer } = await invoke('authorizer', {
      type: 'TOKEN',
      methodArn,
      authorizationToken: `Bearer ${made.json.token}`,
    })
    const { context: said } = answer as { context: Record<string, string> }
    expect(Object.values(said).every((value) => typeof value === 'string')).toBe(true)
    const me = await call('getMe', 'GET', '/v1/me', { authorizer: said })
    expect(me.json).toMatchObject({ id: 'hopper', role: 'editor', scopes: ['read', 'admin'], connectors: ['one'] })
    expect((await call('createPipeline', 'POST', '/v1/pipelines', { authorizer: said, body: '{}' })).status).toBe(403)
    const lines = (await call('listAudit', 'GET', '/v1/audit')).json.items
    expect(lines).toMatchObject([
      { caller: 'hopper', token: made.json.id, operation: 'POST /v1/pipelines', code: 'forbidden' },
      { caller: 'hopper', operation: 'POST /v1/tokens', things: [`/v1/tokens/${made.json.id}`], code: null },
    ])
  })

  it('keep and give back bytes of a user’s, whatever they are', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
    const put = await call('putObject', 'PUT', '/v1/objects/user/a%20b/c', {
      caller: 'grace',
      role: 'editor',
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    })
    expect(put.json).toMatchObject({ path: 'user/a b/c', size: 256 })
    const list = await call('listUserObjects', 'GET', '/v1/objects/user', { caller: 'grace', role: 'editor' })
    expect(list.json.items).toMatchObject([{ name: 'a b/c', size: 256 }])
    const other = await call('listUserObjects', 'GET', '/v1/objects/user', { caller: 'eve', role: 'editor' })
    expect(other.json.items).toEqual([])
  })

  it('list, page and explain by the catalog in DynamoDB', async () => {
    expect((await call('listSources', 'GET', '/v1/sources', { role: 'viewer' })).json).toEqual({
      items: [],
      next: null,
    })
    expect((await call('getSource', 'GET', '/v1/sources/nobody')).json).toMatchObject({ code: 'not-found' })
    expect((await call('listConnectors', 'GET', '/v1/connectors?limit=0')).json.code).toBe('invalid-request')
    expect((await call('listConnectors', 'GET', '/v1/connectors', { role: 'viewer' })).status).toBe(403)
  })

  it('tidy by the task that the schedule names', async () => {
    expect((await invoke('tidy', { task: 'resume' })).log).toContain('"started":[]')
    expect((await invoke('tidy', { task: 'retain' })).log).toContain('"marked":0')
    expect((await invoke('tidy', { task: 'sweep' })).log).toContain('"deleted":0')
    await expect(invoke('tidy', { task: 'all' })).rejects.toThrow()
  })

  it('fail at a snapshot that is not there', async () => {
    const claim = { snapshot: 'nothing-01arz3ndektsv4rrffq69g5fav', attempt: 1 }
    expect((await invoke('extractPartition', { claim, partition: 0, time: 1 })).answer).toMatchObject({
      fault: { code: 'conflict' },
    })
    await expect(invoke('holdView', { claim, relieves: null })).rejects.toThrow('The failure is in the lines before.')
    for (const id of ['extractPartition', 'holdView', 'runExport', 'runSnapshot'])
      await expect(invoke(id, {})).rejects.toThrow()
  })
})
