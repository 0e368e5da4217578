import type { IncomingHttpHeaders } from 'node:http'
import type { Json } from '../../infra/synthesized.ts'
import type { Call } from './policy.ts'

export interface AwsRequest {
  readonly method: string
  /** As it came, percent-encoded. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** The ARNs by which policies know what stands in here. */
export interface Names {
  readonly region: string
  readonly account: string
  readonly key: string
}

/**
 * What a request asks for, as IAM sees it: every action, with its resource and the keys that conditions may ask for.
 * Throws for what it does not know: a service that is used is a service whose rights are checked.
 */
export function callsOf(request: AwsRequest, names: Names): readonly Call[] {
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') {
    const [service = '', operation = ''] = target.split('.')
    const body: Json = JSON.parse(request.body.toString())
    if (service.startsWith('DynamoDB')) return dynamoCalls(operation, body, names)
    if (service === 'AmazonSSM') return ssmCalls(operation, body, names)
    if (service === 'AWSEvents') return busCalls(operation, body, names)
    if (service === 'AWSGlue') return glueCalls(operation, body, names)
    throw new Error(`Nothing is known of ${target}.`)
  }
  const { pathname, searchParams } = new URL(request.url, 'http://here')
  const [, fn] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? []
  if (fn !== undefined)
    return [{ action: 'lambda:InvokeFunction', resource: qualified(decodeURIComponent(fn), searchParams), context: {} }]
  if (pathname.startsWith('/schedules/')) return schedulerCalls(request, pathname, searchParams, names)
  if (pathname === '/' && /(^|&)Action=AssumeRole(&|$)/.test(request.body.toString()))
    return stsCalls(new URLSearchParams(request.body.toString()))
  return s3Calls(request, pathname, searchParams)
}

const qualified = (arn: string, query: URLSearchParams): string =>
  query.has('Qualifier') ? `${arn}:${query.get('Qualifier')}` : arn

function dynamoCalls(operation: string, body: Json, { region, account }: Names): readonly Call[] {
  const on = (action: string, table: string, leading: readonly string[]): Call => ({
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${region}:${account}:table/${table}`,
    context: { 'dynamodb:LeadingKeys': leading },
  })
  if (operation === 'TransactWriteItems')
    return body.TransactItems.map((item: Json) => {
      const [[kind, what]] = Object.entries<Json>(item) as [[string, Json]]
      const action = {
        Put: 'PutItem',
        Delete: 'DeleteItem',
        Update: 'UpdateItem',
        ConditionCheck: 'ConditionCheckItem',
      }
      return on(action[kind as keyof typeof action], what.TableName, [(what.Key ?? what.Item).pk.S])
    })
  if (operation === 'Query') {
    const [, name = ''] = /pk\s*=\s*(:\w+)/.exec(resolveNames(body)) ?? []
    return [on('Query', body.TableName, [body.ExpressionAttributeValues[name].S])]
  }
  return [on(operation, body.TableName, [(body.Key ?? body.Item).pk.S])]
}

const resolveNames = ({ KeyConditionExpression, ExpressionAttributeNames = {} }: Json): string =>
  Object.entries<string>(ExpressionAttributeNames).reduce(
    (text, [short, name]) => text.replaceAll(short, name),
    KeyConditionExpression as string,
  )

/** SSM has KMS encrypt and decrypt in the name of who asks. */
function ssmCalls(operation: string, body: Json, { region, account, key }: Names): readonly Call[] {
  const resource = `arn:aws:ssm:${region}:${account}:parameter${body.Name}`
  const context = { 'kms:ViaService': `ssm.${region}.amazonaws.com`, 'kms:EncryptionContext:PARAMETER_ARN': resource }
  const kms = (action: string): Call => ({ action: `kms:${action}`, resource: key, context })
  const asked = { action: `ssm:${operation}`, resource, context: {} }
  if (operation === 'GetParameter' && body.WithDecryption) return [asked, kms('Decrypt')]
  if (operation === 'PutParameter') return [asked, kms(body.Tier === 'Advanced' ? 'GenerateDataKey' : 'Encrypt')]
  return [asked]
}

const busCalls = (operation: string, body: Json, { region, account }: Names): readonly Call[] =>
  body.Entries.map(({ EventBusName }: Json) => ({
    action: `events:${operation}`,
    resource: `arn:aws:events:${region}:${account}:event-bus/${EventBusName}`,
    context: {},
  }))

/** Glue asks for the right to the catalog, the database and the table, each. */
const glueCalls = (operation: string, body: Json, { region, account }: Names): readonly Call[] =>
  [
    'catalog',
    `database/${body.DatabaseName}`,
    `table/${body.DatabaseName}/${body.TableInput?.Name ?? body.Name ?? '*'}`,
  ].map((resource) => ({
    action: `glue:${operation}`,
    resource: `arn:aws:glue:${region}:${account}:${resource}`,
    context: {},
  }))

/** Whoever makes a schedule passes its role on. */
function schedulerCalls(
  { method, body }: AwsRequest,
  pathname: string,
  query: URLSearchParams,
  { region, account }: Names,
): readonly Call[] {
  const sent: Json = body.length > 0 ? JSON.parse(body.toString()) : {}
  const action = { POST: 'CreateSchedule', PUT: 'UpdateSchedule', DELETE: 'DeleteSchedule', GET: 'GetSchedule' }[method]
  const name = decodeURIComponent(pathname.slice('/schedules/'.length))
  const group = sent.GroupName ?? query.get('groupName')
  const resource = `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`
  const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' }
  const passed = sent.Target ? [{ action: 'iam:PassRole', resource: sent.Target.RoleArn, context }] : []
  return [{ action: `scheduler:${action}`, resource, context: {} }, ...passed]
}

function stsCalls(form: URLSearchParams): readonly Call[] {
  const tags = [1, 2, 3].flatMap((i) => {
    const [name, value] = [form.get(`Tags.member.${i}.Key`), form.get(`Tags.member.${i}.Value`)]
    return name === null || value === null ? [] : [[name, value] as const]
  })
  const resource = form.get('RoleArn')!
  const context = {
    'aws:TagKeys': tags.map(([name]) => name),
    ...Object.fromEntries(tags.map(([name, value]) => [`aws:RequestTag/${name}`, value])),
  }
  return ['AssumeRole', ...(tags.length > 0 ? ['TagSession'] : [])].map((action) => ({
    action: `sts:${action}`,
    resource,
    context,
  }))
}

function s3Calls({ method, headers }: AwsRequest, pathname: string, query: URLSearchParams): readonly Call[] {
  const [, bucket = '', rawKey = ''] = /^\/([^/]+)\/?(.*)$/s.exec(pathname) ?? []
  const object = (action: string, path = `${bucket}/${decodeURIComponent(rawKey)}`): Call => ({
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${path}`,
    context: {},
  })
  if (rawKey === '') {
    if (method !== 'GET') throw new Error(`Nothing is known of ${method} on a bucket.`)
    const prefix = query.get('prefix')
    const context: Record<string, string> = prefix === null ? {} : { 's3:prefix': prefix }
    return [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context }]
  }
  const source = headers['x-amz-copy-source']
  const copied = typeof source === 'string' ? [object('GetObject', decodeURIComponent(source.replace(/^\//, '')))] : []
  const ofUpload = query.has('uploadId')
  if (method === 'GET' || method === 'HEAD')
    return [object(ofUpload ? 'ListMultipartUploadParts' : query.has('versionId') ? 'GetObjectVersion' : 'GetObject')]
  if (method === 'PUT' || method === 'POST') return [...copied, object('PutObject')]
  if (method === 'DELETE') return [object(ofUpload ? 'AbortMultipartUpload' : 'DeleteObject')]
  throw new Error(`Nothing is known of ${method} on an object.`)
}
