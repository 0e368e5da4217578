import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { functionIds } from '../../infra/handlers.ts'
import { operations } from '../../shared/api/index.ts'
import type { Operation } from '../../shared/api/operation.ts'
import { tablesId } from '../../shared/ports/events.ts'
import { rows } from '../isolation/rows.ts'
import { documentOf } from '../support/open-api.ts'
import { testPostgres } from '../support/postgres.ts'
import { missing } from './deployed.ts'
import { isAllowed, type Statement } from './iam/policy.ts'
import { type Answer, deployStack } from './runtime/deployment.ts'

const json = ({ text }: Answer) => JSON.parse(text)
const long = 'x'.repeat(5000)

describe.skipIf(missing !== undefined)(`the rights of the functions${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let stack: Awaited<ReturnType<typeof deployStack>>
  let pg: Awaited<ReturnType<typeof testPostgres>>
  const tokens: Record<string, string> = {}
  const api = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(request.url === '/spec' ? specOf(origin()) : '[{"name":"Ada"}]')
  })
  const origin = () => `http://127.0.0.1:${(api.address() as AddressInfo).port}`

  beforeAll(async () => {
    pg = await testPostgres()
    await pg.sql(`
      CREATE TABLE numbers AS SELECT n, 'row ' || n AS label FROM generate_series(1, 1000) n;
      CREATE FUNCTION breaks(n int) RETURNS text AS $$ BEGIN
        IF n > 40 THEN RAISE EXCEPTION 'enough'; END IF; RETURN repeat(md5(n::text), 20000); END $$ LANGUAGE plpgsql;`)
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
    stack = await deployStack({ allow: '127.0.0.1:*' })
    for (const [caller, role] of Object.entries({ grace: 'admin', ada: 'editor' })) {
      const { payload } = await stack.invoke('makeToken', { caller, role })
      tokens[caller] = JSON.parse(payload.toString()).token
    }
  })
  afterAll(async () => {
    api.close()
    await stack?.dispose()
  })

  /** Calls and wants this status. */
  async function call(
    caller: string,
    method: string,
    target: string,
    want: number,
    sent: { body?: unknown; bytes?: Uint8Array; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> {
    const answer = await stack.call(method, target, { token: tokens[caller]!, ...sent })
    expect(answer.status, `${method} ${target}: ${answer.text.slice(0, 600)}`).toBe(want)
    return answer
  }
  const get = (caller: string, target: string, want = 200) => call(caller, 'GET', target, want)
  const post = (caller: string, target: string, want: number, body: unknown = {}) =>
    call(caller, 'POST', target, want, { body })
  const always = { 'If-Match': '*' }

  it('let administrators keep connectors, and everyone browse what is behind them', async () => {
    const { host, port, database, reader } = pg
    const warehouse = {
      name: 'warehouse',
      kind: 'postgres',
      allowQuery: true,
      config: { host, port, database, user: reader.user, tls: 'disable' },
      credential: { password: reader.password },
    }
    await post('grace', '/v1/checks', 200, {
      kind: warehouse.kind,
      config: warehouse.config,
      credential: warehouse.credential,
    })
    await post('grace', '/v1/connectors', 201, warehouse)
    const auth = { type: 'bearer' }
    const service = {
      name: 'service',
      kind: 'openapi',
      config: { specUrl: `${origin()}/spec`, auth },
      credential: { token: long },
    }
    await post('grace', '/v1/connectors', 201, service)
    await call('grace', 'PUT', '/v1/connectors/service', 200, {
      headers: always,
      body: { ...service, credential: { token: 'short' } },
    })
    await call('grace', 'PUT', '/v1/connectors/service', 200, { headers: always, body: service })
    const { AWS_ENDPOINT_URL: endpoint } = { AWS_ENDPOINT_URL: stack.emulators.aws }
    await post('grace', '/v1/connectors', 201, {
      name: 'lake',
      kind: 's3',
      allowWrite: true,
      config: { bucket: 'headgate-objects', region: 'eu-central-1', endpoint },
      credential: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    await post('grace', '/v1/connectors', 201, { ...warehouse, name: 'short-lived' })
    await call('grace', 'DELETE', '/v1/connectors/short-lived', 204, { headers: always })
    await post('grace', '/v1/connectors/warehouse/checks', 200)
    await get('ada', '/v1/sources')
    await get('ada', '/v1/sources/warehouse')
    await get('ada', '/v1/sources/warehouse/tables')
    await get('ada', '/v1/sources/warehouse/tables/numbers')
    await get('ada', '/v1/sources/warehouse/tables/numbers/rows?limit=5')
    await post('ada', '/v1/sources/warehouse/query', 200, { sql: 'select count(*) from numbers' })
    await get('ada', '/v1/sources/service/operations')
    await get('ada', '/v1/sources/service/operations/listPeople')
    await post('ada', '/v1/sources/service/operations/listPeople', 200)
    await get('ada', '/v1/sources/lake/objects')
  })

  it('let editors copy, and everyone read what was copied', async () => {
    await post('ada', '/v1/datasources', 201, {
      name: 'numbers',
      connector: 'warehouse',
      selection: { table: 'numbers' },
    })
    await post('ada', '/v1/datasources/numbers/checks', 200)
    await get('ada', '/v1/datasources/numbers/rows')
    const short = { name: 'short', connector: 'warehouse', selection: { table: 'numbers' }, retention: { keepLast: 1 } }
    await post('ada', '/v1/datasources', 201, short)
    for (const name of ['numbers', 'short'])
      for (const version of [1, 2]) {
        const { headers } = await post('ada', `/v1/datasources/${name}/snapshots`, 202)
        expect(lastLine(await get('ada', `${headers.location}/events`))).toMatchObject({ state: 'done', version })
        await get('ada', headers.location!)
      }
    const group = await post('ada', '/v1/snapshots', 202, { datasources: ['numbers', 'short'] })
    const [member] = json(group).snapshots
    expect(lastLine(await get('ada', `/v1/snapshots/${member.id}/events`))).toMatchObject({ state: 'done', version: 3 })
    expect(json(await get('ada', group.headers.location!))).toMatchObject({
      state: 'done',
      snapshots: [{}, { version: 3 }],
    })
    const dataset = '/v1/datasets/numbers'
    for (const path of [
      '',
      '/versions',
      '/versions/1',
      '/versions/2/diff?with=1',
      '/retention',
      '/rows',
      '/head',
      '/files',
    ])
      await get('ada', `${dataset}${path}`)
    await get('ada', `${dataset}/download?format=zip`)
    await post('ada', `${dataset}/verify`, 200)
    await post('ada', `${dataset}/pin`, 200, { version: 1, pinned: false })
    await call('ada', 'POST', `${dataset}/rollback`, 200, { headers: always, body: { version: 1 } })
    await post('ada', '/v1/exporters', 201, { name: 'out', connector: 'lake', path: 'exported/numbers.csv' })
    const asked = await post('ada', '/v1/exporters/out/exports', 202, { dataset: 'numbers' })
    const ended = async () => json(await get('ada', asked.headers.location!)).state
    await expect.poll(ended, { timeout: 60_000 }).toBe('done')
    expect((await get('ada', '/v1/sources/lake/objects/exported/numbers.csv')).text.split('\r\n')).toHaveLength(1002)
    const schedule = '/v1/datasources/numbers/schedule'
    await call('ada', 'PUT', schedule, 200, { body: { every: '1d' } })
    await call('ada', 'PUT', schedule, 200, { headers: always, body: { every: '2d' } })
    await get('ada', schedule)
    await stack.invoke('wake', { id: 'numbers' })
    await call('ada', 'DELETE', schedule, 204, { headers: always })
    for (const task of ['resume', 'retain', 'sweep']) await stack.invoke('tidy', { task })
    const bytes = new TextEncoder().encode('n\n1\n')
    const uploaded = await call('ada', 'POST', '/v1/datasets?name=uploaded&file=n.csv', 202, { bytes })
    expect(lastLine(await get('ada', `${uploaded.headers.location}/events`))).toMatchObject({ state: 'done' })
    await post('grace', '/v1/webhooks', 201, {
      url: `${origin()}/told`,
      secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    })
    await post('ada', '/v1/datasources/numbers/snapshots', 202)
    // As the stream of the catalog and the scheduler do.
    for (const event of [{}, { id: tablesId }]) await stack.invoke('deliver', event)
    await call('ada', 'DELETE', `${dataset}/versions/2`, 204)
    await call('ada', 'DELETE', dataset, 204, { headers: always })
    await call('ada', 'DELETE', '/v1/datasets/uploaded', 204, { headers: always })
    for (const event of [{}, { id: tablesId }]) await stack.invoke('deliver', event)
  })

  it('let the worker give up what it has begun to write', async () => {
    const sql = 'SELECT n, breaks(n::int) FROM numbers ORDER BY n'
    await post('ada', '/v1/datasources', 201, {
      name: 'broken',
      connector: 'warehouse',
      selection: { sql },
      format: 'csv',
    })
    const { headers } = await post('ada', '/v1/datasources/broken/snapshots', 202)
    expect(lastLine(await get('ada', `${headers.location}/events`))).toMatchObject({ state: 'failed' })
  })

  it('let users keep objects and secrets of their own, by sessions of their own', async () => {
    const bytes = new TextEncoder().encode('a,b\n1,2\n')
    await call('ada', 'PUT', '/v1/objects/user/a%20b/report.csv', 200, { bytes })
    expect((await get('ada', '/v1/objects/user/a%20b/report.csv')).text).toBe('a,b\n1,2\n')
    await call('ada', 'HEAD', '/v1/objects/user/a%20b/report.csv', 200)
    await get('ada', '/v1/objects/user/nothing', 404)
    const { url } = json(await get('ada', '/v1/objects/user/a%20b/report.csv?link=true'))
    expect(await (await fetch(url)).text()).toBe('a,b\n1,2\n')
    await post('ada', '/v1/copies', 200, { from: 'user/a b/report.csv', to: 'user/copied.csv' })
    expect(json(await get('ada', '/v1/objects/user')).items).toHaveLength(2)
    await get('ada', '/v1/search?q=report')
    await call('ada', 'DELETE', '/v1/objects/user/copied.csv', 204)
    const { id } = json(await post('ada', '/v1/uploads', 201, { path: 'user/large' }))
    const { parts } = json(await post('ada', `/v1/uploads/${id}/parts`, 200, { numbers: [1] }))
    const put = await fetch(parts[0].url, { method: 'PUT', body: bytes })
    await get('ada', `/v1/uploads/${id}`)
    const etag = put.headers.get('etag')!.replaceAll('"', '')
    await post('ada', `/v1/uploads/${id}/complete`, 200, { parts: [{ number: 1, etag }] })
    const given = json(await post('ada', '/v1/uploads', 201, { path: 'user/given-up' }))
    await call('ada', 'DELETE', `/v1/uploads/${given.id}`, 204)
    const pipeline = json(await post('ada', '/v1/pipelines', 201)).id
    await call('ada', 'PUT', `/v1/objects/pipelines/${pipeline}/thing`, 200, { bytes })
    await call('ada', 'DELETE', `/v1/pipelines/${pipeline}`, 204)
    for (const [caller, scope] of [
      ['ada', 'user'],
      ['grace', 'org'],
    ] as const) {
      await call(caller, 'PUT', `/v1/secrets/${scope}/ONE`, 204, { body: { value: 'x' } })
      await call(caller, 'PUT', `/v1/secrets/${scope}/TWO`, 204, { body: { value: long } })
      await call(caller, 'DELETE', `/v1/secrets/${scope}/ONE`, 204)
    }
  })

  it('take what is too large for Lambda and the API for a problem, not for a crash', async () => {
    const put = (megabytes: number) =>
      stack.call('PUT', '/v1/objects/user/big', { token: tokens.ada!, bytes: new Uint8Array(megabytes * 1024 * 1024) })
    expect((await put(4)).status).toBe(200)
    for (const megabytes of [5, 11])
      expect(json(await put(megabytes))).toMatchObject({ status: 413, code: 'too-large' })
  })

  it('let every operation answer, whatever it is asked', async () => {
    for (const [id, op] of Object.entries(operations as Readonly<Record<string, Operation>>)) {
      const row = rows[id as keyof typeof rows]
      const owner = row.owned ?? row.lists
      const thing = owner
        ? await owner(async (method, target, { body, bytes } = {}) => {
            const made = await stack.call(method, target, {
              token: tokens.grace!,
              ...(bytes ? { bytes: bytes as Uint8Array } : { body }),
            })
            return { json: made.text === '' ? undefined : json(made) } as never
          })
        : 'warehouse'
      const { path = {}, query = '', body, bytes, headers = {} } = row.send(thing)
      const target = op.path.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
      const sent = { token: tokens.grace!, headers, ...(bytes ? { bytes: bytes as Uint8Array } : { body }) }
      const answer = await stack.call(op.method, `${target}${query}`, sent)
      expect(answer.status, `${id}: ${answer.text}`).not.toBe(500)
    }
    const called = new Set(stack.calls.map(({ principal }) => principal.replace(' for a user', '')))
    // A view is held for what is too large for one partition: test/functions/stack.test.ts has one held.
    const idle = ['getHealth', 'getOpenapi', 'listKinds', 'getMe', 'holdView']
    expect(functionIds.filter((id) => !called.has(id) && !idle.includes(id))).toEqual([])
  }, 300_000)

  it('are enough: AWS refused none of all calls', () => {
    const refused = stack.calls.filter(({ by }) => by === undefined)
    expect([...new Set(refused.map(({ principal, call }) => `${principal}: ${call.action} ${call.resource}`))]).toEqual(
      [],
    )
    expect(stack.calls.length).toBeGreaterThan(300)
  })

  it('are no more than enough: each of them was used', () => {
    const used = new Set(stack.calls.flatMap(({ call, by }) => (by ? [rightOf(by, call.action)] : [])))
    const granted = new Set(
      functionIds.flatMap((id) =>
        stack
          .granted(id)
          .flatMap(([, statement]) => [statement.Action ?? []].flat().map((action) => rightOf(statement, action))),
      ),
    )
    // What Lambda itself does with a function's role: its log, its traces, events that failed, streams that it reads; and
    // what AWS's own runner of durable functions does here by itself.
    const byLambda = /^(logs|xray|sqs):|^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams) /
    const byRunner =
      /^lambda:(CheckpointDurableExecution|GetDurableExecutionState) |^lambda:InvokeFunction .*extractPartition/
    // What is swept has lain there for a day; of an upload, what breaks off.
    const bySweep = /^s3:(DeleteObject|AbortMultipartUpload) \["[^"]*:headgate-objects\/(tables\/|uploaded\/)?\*"/
    // Nothing was lost that would have to be started again.
    const byResuming = /^lambda:InvokeFunction .*:Headgate-runExport".*:Headgate-runSnapshot/
    const unused = [...granted].filter(
      (right) =>
        !used.has(right) &&
        !byLambda.test(right) &&
        !byRunner.test(right) &&
        !bySweep.test(right) &&
        !byResuming.test(right),
    )
    expect(unused.map((right) => right.slice(0, 160))).toEqual([])
  })

  it('end at what a user owns: whatever is named of another’s is denied', () => {
    const [bucket, root] = ['arn:aws:s3:::headgate-objects', 'arn:aws:ssm:eu-central-1:123456789012:parameter/headgate']
    const names = [
      'users/bob/data/x',
      'users/ada2/data/x',
      'users/ad/x',
      'users/*/x',
      'users/',
      'users/bob/../ada/x',
      'datasets/numbers/x',
      'x',
    ]
    const sessions = functionIds.flatMap((id) =>
      stack.granted(id).filter(([principal]) => principal.endsWith(' for a user')),
    )
    const statements = sessions.map(([, statement]) => statement)
    const context = { 'aws:PrincipalTag/owner': 'ada' }
    const probes = names.flatMap((name) => [
      ...['GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'].map(
        (action) => ({
          action: `s3:${action}`,
          resource: `${bucket}/${name}`,
          context,
        }),
      ),
      { action: 's3:ListBucket', resource: bucket, context: { ...context, 's3:prefix': name } },
      ...['PutParameter', 'DeleteParameter', 'GetParameter'].map((action) => ({
        action: `ssm:${action}`,
        resource: `${root}/${name}`,
        context,
      })),
    ])
    expect(probes.length).toBeGreaterThanOrEqual(60)
    expect(probes.filter((probe) => isAllowed(statements, probe))).toEqual([])
    const own = { action: 's3:GetObject', resource: `${bucket}/users/ada/data/x`, context }
    expect(isAllowed(statements, own)).toBe(true)
    // Without a tag a session opens nothing.
    expect(isAllowed(statements, { ...own, context: {} })).toBe(false)
    expect(isAllowed(statements, { action: 's3:ListBucket', resource: bucket, context })).toBe(false)
  })

  it('never reach the history of a secret, another’s role, or what keeps the stack together', () => {
    const resources = [
      '*',
      'arn:aws:iam::123456789012:role/Headgate-putObject-own',
      'arn:aws:ssm:eu-central-1:123456789012:parameter/headgate/connectors/x',
    ]
    const actions = [
      'ssm:GetParameterHistory',
      'ssm:GetParametersByPath',
      'ssm:DescribeParameters',
      'kms:CreateGrant',
      'kms:ScheduleKeyDeletion',
      'iam:PassRole',
      'iam:PutRolePolicy',
      'dynamodb:DeleteTable',
      'dynamodb:Scan',
      's3:DeleteBucket',
      's3:PutBucketPolicy',
      's3:DeleteObjectVersion',
      'logs:DeleteLogGroup',
      'logs:GetLogEvents',
      'lambda:UpdateFunctionCode',
    ]
    for (const id of functionIds)
      for (const resource of resources) {
        const statements = stack.granted(id).map(([, statement]) => statement)
        for (const action of actions)
          expect(isAllowed(statements, { action, resource, context: {} }), `${id} ${action}`).toBe(false)
        const isOwn = id === 'putObject' && resource.endsWith('putObject-own')
        expect(isAllowed(statements, { action: 'sts:AssumeRole', resource, context: {} }), id).toBe(isOwn)
      }
  })
})

const rightOf = ({ Resource, Condition }: Statement, action: string): string =>
  `${action} ${JSON.stringify([Resource, Condition ?? null])}`

const lastLine = ({ text }: Answer) => JSON.parse(text.trim().split('\n').at(-1)!)

const specOf = (origin: string): string =>
  documentOf(
    { '/people': { get: { operationId: 'listPeople', responses: { 200: { description: 'People' } } } } },
    { servers: [{ url: origin }] },
  )
