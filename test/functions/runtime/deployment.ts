import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js'
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing'
import { functionIds } from '../../../infra/handlers.ts'
import { code, functionOf, type Json, only, ownRoleOf, resources, statementsOf } from '../../infra/synthesized.ts'
import { deploy } from '../deployed.ts'
import { apiEvent } from '../event.ts'
import { startGuard } from '../iam/guard.ts'
import type { Statement } from '../iam/policy.ts'
import { type Invoked, startLambda } from './lambda.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** Whether a stream came to its end. */
  readonly isWhole: boolean
}

export interface DeployOptions {
  /** What connectors may dial, in place of what the template says: sources of the test are on this machine. */
  readonly allow?: string
}

const names = {
  region: 'eu-central-1',
  account: '123456789012',
  key: 'arn:aws:kms:eu-central-1:123456789012:key/secrets',
}

type Running = Awaited<ReturnType<typeof startLambda>>

/**
 * The synthesized stack on this machine: its API's document routes and authorizes, its functions run from the asset
 * with the variables of the template under AWS's runtime, and emulators stand in for DynamoDB, S3 and SSM, behind the
 * template's own policies: what they do not allow is refused.
 */
export async function deployStack({ allow }: DeployOptions = {}) {
  const emulators = await deploy()
  const running = new Map<string, Promise<Running>>()
  const lambdas = createServer((request, response) => {
    void buffer(request).then((payload) => {
      const [, name] =
        /functions\/[^/]*Headgate-(\w+)(:\$LATEST)?\/invocations$/.exec(decodeURIComponent(request.url ?? '')) ?? []
      response.writeHead(name === undefined ? 404 : 202).end()
      if (name === undefined) return
      const event = JSON.parse(payload.toString())
      conducted.push((isDurable(name) ? conduct(name, event) : invoke(name, event)).catch(() => {}))
    })
  })
  const conducted: Promise<unknown>[] = []
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false })
  await new Promise<void>((resolve) => lambdas.listen(0, '127.0.0.1', resolve))
  const { AWS_ENDPOINT_URL: aws = '', AWS_ENDPOINT_URL_DYNAMODB: dynamo = '' } = emulators.variables
  const guard = await startGuard({
    names,
    principal: (keyId) => {
      const id = functionIds.find((each) => each === keyId)
      return id === undefined ? undefined : { name: id, statements: resolveArns(statementsOf(id)), tags: {} }
    },
    role: (arn) => {
      const [, taker] = /:role\/Headgate-(\w+)-own$/.exec(arn) ?? []
      if (taker === undefined) return undefined
      const { Policies, AssumeRolePolicyDocument } = ownRoleOf(taker).Properties
      const statements = resolveArns(Policies[0].PolicyDocument.Statement)
      const trust = resolveArns(AssumeRolePolicyDocument.Statement)
      return { name: `${taker} for a user`, statements, trusts: taker, trust }
    },
  })
  const base = {
    AWS_REGION: names.region,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: await guard.before(aws),
    AWS_ENDPOINT_URL_DYNAMODB: await guard.before(dynamo),
    AWS_ENDPOINT_URL_LAMBDA: await guard.before(`http://127.0.0.1:${(lambdas.address() as AddressInfo).port}`),
  }

  /** References of the template as the names of what stands in. */
  const resolve = (value: Json): string => {
    if (typeof value === 'string') return value
    const target = resources[value.Ref ?? value['Fn::GetAtt']?.[0]]
    if (target?.Type === 'AWS::DynamoDB::Table') return emulators.variables.HEADGATE_TABLE!
    if (target?.Type === 'AWS::S3::Bucket') return emulators.variables.HEADGATE_BUCKET!
    if (target?.Type === 'AWS::Cognito::UserPool') return 'eu-central-1_AbCdEfGhI'
    if (target?.Type === 'AWS::Cognito::UserPoolClient') return 'client'
    if (target?.Type === 'AWS::Scheduler::ScheduleGroup') return emulators.variables.HEADGATE_SCHEDULES!
    if (target?.Type === 'AWS::Glue::Database') return emulators.variables.HEADGATE_DATABASE!
    if (target?.Type === 'AWS::Events::EventBus') return emulators.variables.HEADGATE_BUS!
    if (target?.Type === 'AWS::IAM::Role') return emulators.variables.HEADGATE_SCHEDULES_ROLE!
    if (target?.Type === 'AWS::KMS::Key') return emulators.variables.HEADGATE_SECRETS_KEY!
    if (value.Ref?.startsWith('AWS::'))
      return { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-central-1' }[value.Ref as string] ?? '123456789012'
    if (value['Fn::Join']) return value['Fn::Join'][1].map(resolve).join(value['Fn::Join'][0])
    throw new Error(`Nothing stands in for ${JSON.stringify(value)}.`)
  }

  /** Statements with the names of what stands in. */
  function resolveArns(statements: Json): readonly Statement[] {
    const { region, account, key } = names
    const arns: Readonly<Record<string, string>> = {
      'AWS::DynamoDB::Table': `arn:aws:dynamodb:${region}:${account}:table/${emulators.variables.HEADGATE_TABLE}`,
      'AWS::S3::Bucket': `arn:aws:s3:::${emulators.variables.HEADGATE_BUCKET}`,
      'AWS::KMS::Key': key,
      'AWS::Events::EventBus': `arn:aws:events:${region}:${account}:event-bus/${emulators.variables.HEADGATE_BUS}`,
      'AWS::IAM::Role': emulators.variables.HEADGATE_SCHEDULES_ROLE!,
    }
    const walk = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(walk)
      if (typeof value !== 'object') return value
      const target = resources[value['Fn::GetAtt']?.[0]]
      if (target) return arns[target.Type] ?? `arn:aws:${target.Type}`
      if (value.Ref) return resolve(value)
      if (value['Fn::Join']) return value['Fn::Join'][1].map(walk).join('')
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each)]))
    }
    return walk(statements)
  }

  /** The template's variables, and the key by which the guard knows whose calls these are. */
  const variablesOf = (id: string): Readonly<Record<string, string>> => {
    const variables: Json = functionOf(id).Properties.Environment?.Variables ?? {}
    return {
      AWS_ACCESS_KEY_ID: id,
      ...Object.fromEntries(Object.entries<Json>(variables).map(([name, value]) => [name, resolve(value)])),
      ...(allow !== undefined && variables.HEADGATE_ALLOW && { HEADGATE_ALLOW: allow }),
    }
  }

  /** Runs a durable function by AWS's own runner, which runs it in this process; what it invokes are functions again. */
  async function conduct(id: string, event: unknown): Promise<unknown> {
    Object.assign(process.env, base, variablesOf(id))
    const { handler } = (await import(join(code, 'run-snapshot.mjs'))) as { handler: DurableLambdaHandler }
    const runner = new LocalDurableTestRunner({ handlerFunction: handler })
    runner.registerFunction(`${process.env.HEADGATE_EXTRACTOR}:$LATEST`, async (event: unknown) => {
      const { payload, error } = await invoke('extractPartition', event)
      if (error) throw new Error(error.errorMessage)
      return JSON.parse(payload.toString())
    })
    return runner.run({ payload: event })
  }

  async function invoke(id: string, event: unknown): Promise<Invoked> {
    const { Handler: handler, Timeout } = functionOf(id).Properties
    const start = () =>
      startLambda({
        code,
        handler,
        timeoutMs: Timeout * 1000,
        variables: { ...base, ...variablesOf(id) },
      })
    if (!running.has(id)) running.set(id, start())
    return (await running.get(id)!).invoke(event)
  }

  const { Body: document } = only('AWS::ApiGateway::RestApi')[1].Properties
  const refusal = (type: string): Answer => {
    const { statusCode, responseParameters, responseTemplates } =
      document['x-amazon-apigateway-gateway-responses'][type]
    const headers = Object.entries<string>(responseParameters).map(([name, value]) => [
      name.replace('gatewayresponse.header.', '').toLowerCase(),
      value.slice(1, -1),
    ])
    return {
      status: Number(statusCode),
      headers: Object.fromEntries(headers),
      text: responseTemplates['application/json'],
      isWhole: true,
    }
  }

  /** Calls the API as a client would. */
  async function call(
    method: string,
    target: string,
    {
      token,
      body,
      bytes,
      headers = {},
    }: { token?: string; body?: unknown; bytes?: Uint8Array; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> {
    const event = apiEvent(method, target, {
      role: null,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(bytes && { body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true }),
    })
    const route = findRoute(document, method, event.path)
    if (route === undefined) return refusal('MISSING_AUTHENTICATION_TOKEN')
    if ((bytes?.byteLength ?? 0) > restBytes) return refusal('REQUEST_TOO_LARGE')
    if (route.security.length > 0) {
      if (token === undefined) return refusal('UNAUTHORIZED')
      const authorizationToken = `Bearer ${token}`
      const methodArn = `arn:aws:execute-api:eu-central-1:123456789012:api/v1/${method}${event.path}`
      const said = await invoke('authorizer', { type: 'TOKEN', authorizationToken, methodArn })
      if (said.error) return refusal(said.error.errorMessage === 'Unauthorized' ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE')
      Object.assign(event.requestContext, { authorizer: JSON.parse(said.payload.toString()).context })
    }
    const isStream = route['x-amazon-apigateway-integration'].responseTransferMode === 'STREAM'
    if (JSON.stringify(event).length > lambdaBytes) return refusal('REQUEST_TOO_LARGE')
    const invoked = await invoke(route.operationId, event)
    if (invoked.isStream !== isStream) throw new Error(`${route.operationId} answers otherwise than its route says.`)
    return isStream ? readStream(invoked) : readWhole(invoked)
  }

  return {
    invoke,
    call,
    /** Every call of AWS so far, with the statement that allowed it. */
    calls: guard.seen,
    /** Of a function, and of its sessions: what it may do, with names as the calls have them. */
    granted: (id: string): readonly (readonly [principal: string, Statement])[] => [
      ...resolveArns(statementsOf(id)).map((each) => [id, each] as const),
      ...(functionOf(id).Properties.Environment?.Variables?.HEADGATE_OWNER_ROLE
        ? resolveArns(ownRoleOf(id).Properties.Policies[0].PolicyDocument.Statement).map(
            (each) => [`${id} for a user`, each] as const,
          )
        : []),
    ],
    emulators: { aws, dynamo },
    /** The log of a function that has run. */
    log: async (id: string) => (await running.get(id))?.log() ?? '',
    async dispose() {
      await Promise.all(conducted)
      await LocalDurableTestRunner.teardownTestEnvironment()
      await Promise.all([...running.values()].map(async (lambda) => (await lambda).stop()))
      lambdas.closeAllConnections()
      await new Promise((resolve) => lambdas.close(resolve))
      await guard.stop()
      await emulators.dispose()
    },
  }
}

/** What a REST API takes, and what Lambda takes of it, bytes. */
const restBytes = 10 * 1024 * 1024
const lambdaBytes = 6 * 1024 * 1024

const isDurable = (id: string): boolean => functionOf(id).Properties.DurableConfig !== undefined

/** The route that fits; of two, the one with fewer variable parts. */
function findRoute(document: Json, method: string, path: string): Json {
  const fits = (template: string) =>
    new RegExp(
      `^${template
        .replace('.', '\\.')
        .replace(/\{\w+\+\}/g, '.+')
        .replace(/\{\w+\}/g, '[^/]+')}/?$`,
    ).test(path)
  const templates = Object.keys(document.paths).filter(fits)
  const [found] = templates.toSorted((a, b) => a.split('{').length - b.split('{').length)
  return found === undefined ? undefined : document.paths[found][method.toLowerCase()]
}

function readWhole({ payload, error }: Invoked): Answer {
  if (error) throw new Error(`The function failed: ${error.errorMessage}`)
  const { statusCode, headers, body } = JSON.parse(payload.toString())
  return { status: statusCode, headers, text: body, isWhole: true }
}

/** A stream begins with its status and headers as JSON, and eight zero bytes. */
function readStream({ payload, error }: Invoked): Answer {
  const end = payload.indexOf(Buffer.alloc(8))
  const { statusCode, headers } = JSON.parse(payload.subarray(0, end).toString())
  return { status: statusCode, headers, text: payload.subarray(end + 8).toString(), isWhole: error === undefined }
}
