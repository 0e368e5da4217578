import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tellsSchemas } from '../../infra/build.ts'
import { fileOf, functionIds, others } from '../../infra/handlers.ts'
import { operations } from '../../shared/api/index.ts'
import type { Operation } from '../../shared/api/operation.ts'
import { Problem } from '../../shared/api/problem.ts'
import { findProgram } from '../support/process.ts'
import { securityCases } from './security-cases.ts'
import {
  allInputs,
  bucketOf,
  code,
  functionOf,
  type Json,
  list,
  ofType,
  only,
  ownRoleOf,
  resources,
  statementsOf,
  staticBytes,
  staticInputs,
  template,
} from './synthesized.ts'

const rows: readonly (readonly [id: string, op: Operation])[] = Object.entries(operations)
const body: Json = only('AWS::ApiGateway::RestApi')[1].Properties.Body
const routeOf = ({ method, path }: Operation): Json => body.paths[path.slice('/v1'.length)]?.[method.toLowerCase()]
const text = (value: unknown): string => JSON.stringify(value)

describe('the functions', () => {
  it('are one for each operation, with one role and one route, and those that no route leads to', () => {
    const names = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties.FunctionName)
    expect(names.toSorted()).toEqual([...functionIds, 'deployApp'].map((id) => `Headgate-${id}`).toSorted())
    const roles = functionIds.map((id) => functionOf(id).Properties.Role['Fn::GetAtt'][0])
    expect(new Set(roles).size).toBe(functionIds.length)
    const routes = Object.values<Json>(body.paths).flatMap((methods) => Object.values<Json>(methods))
    expect(routes.map(({ operationId }) => operationId).toSorted()).toEqual(rows.map(([id]) => id).toSorted())
    for (const [id, op] of rows) expect(routeOf(op).operationId).toBe(id)
  })

  it.each(functionIds)('%s: its handler is in the asset, and runs on Node 24 on arm64', (id) => {
    const { Handler, Runtime, Architectures } = functionOf(id).Properties
    expect(Handler).toBe(`${fileOf(id)}.handler`)
    expect(readFileSync(join(code, `${fileOf(id)}.mjs`), 'utf8')).toMatch(/export\s*\{[^}]*\bas handler\b/)
    expect([Runtime, Architectures]).toEqual(['nodejs24.x', ['arm64']])
  })

  it('keep their logs for a month, in one group that they may write to and do nothing else with', () => {
    for (const [, { Properties }] of ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(30)
    for (const id of functionIds) {
      const log = functionOf(id).Properties.LoggingConfig.LogGroup.Ref
      expect(resources[log]?.Properties.LogGroupName).toBe('/headgate/Headgate')
      const [statement] = statementsOf(id).filter(({ Action }) => list(Action).some((a) => a.startsWith('logs:')))
      expect(statement.Resource).toEqual({ 'Fn::GetAtt': [log, 'Arn'] })
    }
  })

  it('bring the thread that encodes Parquet, and no source maps', () => {
    expect(existsSync(join(code, 'encoding-worker.mjs'))).toBe(true)
    const { S3Key } = functionOf('getHealth').Properties.Code
    expect(new Set(functionIds.map((id) => functionOf(id).Properties.Code.S3Key))).toEqual(new Set([S3Key]))
  })

  it('are retried where they take snapshots, export, deliver or are woken, as their records allow', () => {
    const retried = ofType('AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => [
      resources[Properties.FunctionName.Ref]?.Properties.FunctionName,
      Properties.MaximumRetryAttempts,
    ])
    expect(retried.toSorted()).toEqual([
      ['Headgate-deliver', 2],
      ['Headgate-holdView', 2],
      ['Headgate-runExport', 2],
      ['Headgate-runSnapshot', 2],
      ['Headgate-tidy', 2],
      ['Headgate-wake', 2],
    ])
    for (const id of ['holdView', 'runExport'])
      expect(functionOf(id).Properties).toMatchObject({ Timeout: 900, RecursiveLoop: 'Allow' })
    expect(functionOf('extractPartition').Properties).toMatchObject({ Timeout: 900, MemorySize: 1769 })
    // An account of ten could reserve none: budgets bound the workers, and alarms tell.
    const reserved = ofType('AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties.ReservedConcurrentExecutions,
    )
    expect(reserved).toEqual([])
    expect(functionOf('runSnapshot').Properties).toMatchObject({
      Timeout: 900,
      DurableConfig: { ExecutionTimeout: 7 * 24 * 60 * 60, RetentionPeriodInDays: 14 },
    })
    expect(functionOf('runSnapshot').Properties.EphemeralStorage).toBeUndefined()
  })
})

describe('the schedules', () => {
  it('have what died started again, versions let go, and what is left deleted', () => {
    const schedules = ofType('AWS::Scheduler::Schedule').map(([, { Properties }]) => Properties)
    expect(
      schedules.map(({ ScheduleExpression, Target }) => [ScheduleExpression, JSON.parse(Target.Input).task]),
    ).toEqual([
      ['rate(1 hour)', 'resume'],
      ['rate(6 hours)', 'retain'],
      ['rate(24 hours)', 'sweep'],
    ])
    for (const { Target } of schedules) {
      expect(resources[Target.Arn['Fn::GetAtt'][0]]).toBe(functionOf('tidy'))
      const role = resources[Target.RoleArn['Fn::GetAtt'][0]]!
      expect(role.Properties.Policies[0].PolicyDocument.Statement).toEqual([
        { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: Target.Arn },
      ])
    }
  })

  it('of datasources are in a group of their own, and invoke two functions by the one role that is passed on', () => {
    const { HEADGATE_SCHEDULES, HEADGATE_WAKER, HEADGATE_DELIVERER, HEADGATE_SCHEDULES_ROLE } =
      functionOf('putSchedule').Properties.Environment.Variables
    expect(HEADGATE_SCHEDULES.Ref).toBe(only('AWS::Scheduler::ScheduleGroup')[0])
    expect(text(HEADGATE_WAKER)).toContain(':function:Headgate-wake')
    const role = resources[HEADGATE_SCHEDULES_ROLE['Fn::GetAtt'][0]]!.Properties
    expect(role.AssumeRolePolicyDocument.Statement[0].Principal).toEqual({ Service: 'scheduler.amazonaws.com' })
    expect(role.Policies[0].PolicyDocument.Statement).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: [HEADGATE_WAKER, HEADGATE_DELIVERER] },
    ])
    const [passing] = statementsOf('putSchedule').filter(({ Action }) => list(Action).includes('iam:PassRole'))
    expect(passing).toMatchObject({
      Resource: HEADGATE_SCHEDULES_ROLE,
      Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    })
  })
})

/** What each access comes to, said a second time and apart from the code that grants it. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'catalog read': ['dynamodb:GetItem', 'dynamodb:Query'],
  'catalog write': ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
  'secrets read': ['ssm:GetParameter', 'kms:Decrypt'],
  'secrets write': ['ssm:PutParameter', 'ssm:DeleteParameter', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'secrets writeOwn': ['ssm:PutParameter', 'ssm:DeleteParameter', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'objects read': ['s3:GetObject', 's3:ListBucket'],
  'objects write': ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
  'objects readOwn': [],
  'objects writeOwn': [],
  'objects take': ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
  'objects sweep': ['s3:GetObject', 's3:ListBucket', 's3:DeleteObject'],
  'uploads writeOwn': [],
  'sources know': [],
  'sources pin': [],
  'sources open': ['dynamodb:GetItem', 'dynamodb:Query', 'ssm:GetParameter', 'kms:Decrypt'],
  'sources try': ['dynamodb:GetItem', 'dynamodb:Query', 'ssm:GetParameter', 'kms:Decrypt'],
  'sources write': ['dynamodb:GetItem', 'dynamodb:Query', 'ssm:GetParameter', 'kms:Decrypt'],
  'runs start': ['lambda:InvokeFunction'],
  'exports start': ['lambda:InvokeFunction'],
  'runs work': ['lambda:InvokeFunction'],
  'registry write': [
    'glue:CreateTable',
    'glue:UpdateTable',
    'glue:DeleteTable',
    'glue:GetTables',
    's3:GetObject',
    's3:PutObject',
    's3:DeleteObject',
    's3:ListBucket',
  ],
  'events tell': ['events:PutEvents', 'ssm:GetParameter', 'kms:Decrypt'],
  'schedules set': ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule', 'iam:PassRole'],
}

/** What a session of one user may do, to what that user owns. */
const owned: Readonly<Record<string, readonly string[]>> = {
  'secrets writeOwn': ['ssm:PutParameter', 'ssm:DeleteParameter', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'objects readOwn': ['s3:GetObject', 's3:ListBucket'],
  'objects take': ['s3:GetObject', 's3:ListBucket'],
  'objects writeOwn': ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
  'uploads writeOwn': ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
}
const ownedBy = (id: string): readonly string[] => [
  ...new Set(Object.entries(needsOf[id]!).flatMap(([port, access]) => owned[`${port} ${access}`] ?? [])),
]

const needsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...Object.fromEntries(rows.map(([id, { needs }]) => [id, needs])),
  authorizer: { catalog: 'read' },
  makeToken: { catalog: 'write' },
  runSnapshot: { catalog: 'write', objects: 'write', sources: 'open', runs: 'work' },
  extractPartition: { catalog: 'write', objects: 'write', sources: 'open' },
  holdView: { catalog: 'write', sources: 'open', runs: 'work' },
  runExport: { catalog: 'write', objects: 'read', sources: 'write', exports: 'start' },
  tidy: { catalog: 'write', objects: 'sweep', runs: 'start', exports: 'start', schedules: 'set' },
  wake: { catalog: 'write', runs: 'start', schedules: 'set' },
  deliver: { catalog: 'write', objects: 'read', schedules: 'set', events: 'tell', registry: 'write' },
}

const owners = functionIds.filter((id) => ownedBy(id).length > 0)

/** What being invoked by the stream of the table takes. */
const streamed = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams']

/** Whose calls may become a line of the audit trail. */
const isAudited = (id: string) => {
  const op = operations[id as keyof typeof operations] as Operation | undefined
  return op !== undefined && !(op.role === 'anyone' && op.method === 'GET')
}

describe('the grants', () => {
  it('let those who need no writing add to the audit trail alone, and the authorizer note who came', () => {
    for (const id of functionIds) {
      if (needsOf[id]!.catalog === 'write') continue
      const puts = statementsOf(id).filter(({ Action }) => list(Action).includes('dynamodb:PutItem'))
      const path = id === 'authorizer' ? 'seen' : 'audit'
      expect(puts.map(({ Action, Condition }) => [Action, Condition])).toEqual(
        isAudited(id) || id === 'authorizer'
          ? [['dynamodb:PutItem', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [path] } }]]
          : [],
      )
    }
  })

  it.each(functionIds)('of %s are those of its needs, to the last action', (id) => {
    const needed = Object.entries(needsOf[id]!).flatMap(([port, access]) => allowed[`${port} ${access}`]!)
    if (id === 'deliver') needed.push(...streamed)
    const expected = [
      ...needed,
      ...(isAudited(id) || id === 'authorizer' ? ['dynamodb:PutItem'] : []),
      ...(owners.includes(id) ? ['sts:AssumeRole', 'sts:TagSession'] : []),
      ...(['deliver', 'holdView', 'runExport', 'runSnapshot', 'tidy', 'wake'].includes(id) ? ['sqs:SendMessage'] : []),
      ...(id === 'runSnapshot' ? ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'] : []),
    ]
    const granted = statementsOf(id).flatMap(({ Action }) => list(Action))
    const said = new Set(granted.filter((action) => !/^(logs|xray):/.test(action)))
    expect([...said].toSorted()).toEqual([...new Set(expected)].toSorted())
    expect(statementsOf(id).every(({ Effect }) => Effect === 'Allow')).toBe(true)
  })

  it.each(owners)('of the sessions of %s end at what one user owns', (id) => {
    const { Properties: role } = ownRoleOf(id)
    const statements: readonly Json[] = role.Policies[0].PolicyDocument.Statement
    expect(statements.flatMap(({ Action }) => list(Action)).toSorted()).toEqual(ownedBy(id).toSorted())
    for (const { Action, Resource, Condition } of statements) {
      if (list(Action).some((action) => /^(s3:ListBucket|kms:)/.test(action)))
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's
        expect(text(Condition.StringLike)).toContain('users/${aws:PrincipalTag/owner}/*')
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's
      else expect(text(Resource)).toContain('/users/${aws:PrincipalTag/owner}/*')
    }
    const [trust, ...others] = role.AssumeRolePolicyDocument.Statement
    expect(others).toEqual([])
    expect(trust.Principal.AWS['Fn::GetAtt'][0]).toBe(functionOf(id).Properties.Role['Fn::GetAtt'][0])
    expect(trust.Condition).toEqual({
      StringLike: { 'aws:RequestTag/owner': '?*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['owner'] },
    })
    expect(text(functionOf(id).Properties.Environment.Variables.HEADGATE_OWNER_ROLE)).toContain(
      `:role/${role.RoleName}`,
    )
    // The function itself has no way to any object.
    const rights = statementsOf(id).filter(({ Resource }) => !text(Resource).includes('/uploaded/*'))
    expect(text(rights)).not.toContain('"s3:')
  })

  it('hold no wildcard but within our own bucket and our own parameters', () => {
    for (const id of functionIds)
      for (const { Action, Resource } of statementsOf(id)) {
        for (const action of list(Action)) expect(action).not.toContain('*')
        for (const resource of list(Resource)) {
          if (id === 'tidy' && text(resource).includes('StorageObjects')) continue
          // X-Ray knows no resources.
          if (list(Action).every((action) => action.startsWith('xray:'))) continue
          expect(resource).not.toBe('*')
          if (text(resource).includes('*'))
            expect(text(resource)).toMatch(
              /parameter\/headgate\/(connectors|org|webhooks)\/|StorageObjects.*"\/(datasets|uploaded)\/\*"|:schedule\/.*SchedulesGroup.*"\/\*"|:function:Headgate-(runSnapshot|extractPartition):\*|StorageCatalog.*"\/stream\/\*"|StorageObjects.*"\/tables\/\*"|:table\/.*Tables.*"\/\*"/,
            )
        }
      }
  })

  it('let only those who open sources read credentials, and who delivers events the secrets they are signed with', () => {
    const readers = functionIds.filter((id) => /ssm:GetParameter|kms:Decrypt/.test(text(statementsOf(id))))
    const openers = functionIds.filter((id) => ['open', 'try', 'write'].includes(needsOf[id]!.sources ?? ''))
    expect(readers.toSorted()).toEqual([...openers, 'deliver'].toSorted())
    expect(text(statementsOf('deliver'))).toContain(':parameter/headgate/webhooks/*')
    expect(text(statementsOf('deliver'))).not.toContain(':parameter/headgate/connectors/*')
    for (const id of openers)
      for (const { Action, Condition, Resource } of statementsOf(id)) {
        if (list(Action).includes('ssm:GetParameter'))
          expect(text(Resource)).toContain(':parameter/headgate/connectors/*')
        if (!list(Action).includes('kms:Decrypt')) continue
        expect(text(Condition.StringEquals['kms:ViaService'])).toContain('ssm.')
        expect(text(Condition.StringLike['kms:EncryptionContext:PARAMETER_ARN'])).toContain('/headgate/connectors/*')
      }
  })

  it('are in roles that Lambda alone takes, without a managed policy', () => {
    expect(ofType('AWS::IAM::Policy')).toEqual([])
    for (const id of functionIds) {
      const role = resources[functionOf(id).Properties.Role['Fn::GetAtt'][0]]!
      expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ])
    }
  })
})

describe('the variables', () => {
  it.each(functionIds)('of %s are those that its world asks for, each of them and no other', (id) => {
    const inputs = [...staticInputs(fileOf(id))].filter((path) => path.startsWith('functions/world/'))
    const asked = inputs.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/env\('(\w+)'\)/g)].map(([, name]) => name),
    )
    if (owners.includes(id)) expect(asked).toContain('HEADGATE_OWNER_ROLE')
    if (isAudited(id)) asked.push('HEADGATE_TABLE', 'HEADGATE_AUDIT_DAYS')
    expect(Object.keys(functionOf(id).Properties.Environment?.Variables ?? {}).toSorted()).toEqual(
      [...new Set(asked)].toSorted(),
    )
  })
})

describe('the bundles', () => {
  const clients: Readonly<Record<string, string>> = {
    'client-dynamodb': 'catalog',
    'client-ssm': 'secrets',
    'client-s3': 'objects',
    'client-lambda': 'runs',
    'client-sts': 'sessions',
    'client-scheduler': 'schedules',
    'client-eventbridge': 'events',
    'client-glue': 'registry',
  }

  it.each(functionIds)('%s loads the clients of its own ports and no driver', (id) => {
    const packages = new Set(
      [...staticInputs(fileOf(id))].flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
    )
    const needs = needsOf[id]!
    const opens = ['open', 'try', 'write'].includes(needs.sources ?? '')
    for (const [client, port] of Object.entries(clients)) {
      const isNeeded =
        port in needs ||
        (port === 'objects' && 'uploads' in needs) ||
        (port === 'runs' && 'exports' in needs) ||
        (port === 'sessions' && owners.includes(id)) ||
        (opens && (port === 'catalog' || port === 'secrets')) ||
        ('events' in needs && port === 'secrets')
      expect(packages.has(`@aws-sdk/${client}`), client).toBe(isNeeded)
    }
    for (const driver of ['postgres', 'mysql2', 'basic-ftp', 'ssh2', 'hyparquet'])
      expect(packages).not.toContain(driver)
  })
})

/** KB that importing a function may load, by what it needs, and of those that need more of it. */
const weights = { nothing: 190, catalog: 350, own: 560, other: 600 } as const
const heavier: Readonly<Record<string, readonly [kilobytes: number, because: string]>> = {
  createDatasource: [365, 'the kinds, with the rules of datasources'],
  updateDatasource: [365, 'the kinds, with the rules of datasources'],
  getSource: [370, 'what makes JSON Schemas'],
  getOpenapi: [430, 'the document'],
  getSchedule: [400, 'the clock of any zone'],
  listSchedules: [400, 'the clock of any zone'],
  createExport: [670, 'three clients: of the catalog, of what is exported, of who exports'],
  createDataset: [690, 'readers of files, and the engine'],
  holdView: [660, 'the engine'],
  runExport: [820, 'every format, what opens to write, and who goes on'],
  tidy: [710, 'the engine, every store'],
  extractPartition: [710, 'the engine, writers of files'],
  deliver: [730, 'Glue, EventBridge, receivers'],
  runSnapshot: [910, 'the engine of durable functions'],
}

function weightOf(id: string): number {
  const needs = Object.entries(needsOf[id]!).filter(([, access]) => access !== 'know')
  if (owners.includes(id)) return weights.own
  if (needs.length === 0) return weights.nothing
  return needs.every(([port]) => port === 'catalog') ? weights.catalog : weights.other
}

describe('the weight', () => {
  it.each(functionIds)('of %s is no more than what it needs comes to', (id) => {
    const [most = weightOf(id)] = heavier[id] ?? []
    expect(staticBytes(fileOf(id)) / 1000).toBeLessThanOrEqual(most)
  })

  it('of those that need more is more, and would be told otherwise', () => {
    for (const [id, [most]] of Object.entries(heavier)) {
      expect(most, id).toBeGreaterThan(weightOf(id))
      expect(staticBytes(fileOf(id)) / 1000, id).toBeGreaterThan(weightOf(id))
    }
  })
})

describe('what a function never runs', () => {
  const opens = (id: string) => ['open', 'try', 'pin', 'write'].includes(needsOf[id]!.sources ?? '')

  it.each(functionIds.filter((id) => !opens(id)))(
    '%s has no driver and no way to open a source, not even later',
    (id) => {
      const inputs = [...allInputs(fileOf(id))]
      expect(inputs.filter((path) => /node_modules\/(postgres|mysql2|basic-ftp|ssh2)\//.test(path))).toEqual([])
      expect(
        inputs.filter((path) => /^shared\/connectors\/\w+\/(open|connection|child-runner)\.ts$/.test(path)),
      ).toEqual([])
    },
  )

  it.each(functionIds.filter((id) => !tellsSchemas.includes(id)))('%s makes no JSON Schema', (id) => {
    expect([...staticInputs(fileOf(id))].filter((path) => path.endsWith('to-json-schema.js?whole'))).toEqual([])
  })
})

describe('the kinds', () => {
  it('are known by their schemas alone: what opens a connector is loaded when one is opened', () => {
    for (const id of functionIds) {
      const inputs = [...staticInputs(fileOf(id))].filter((path) => /^shared\/connectors\/[^/]+\//.test(path))
      expect(
        inputs.filter((path) => !/\/(kind|config)\.ts$|\/files\/(selection|pattern)\.ts$|\/web\/auth\.ts$/.test(path)),
        id,
      ).toEqual([])
    }
  })
})

describe('the API', () => {
  it('is regional, and known to API Gateway as OpenAPI 3.0', () => {
    const { Properties } = only('AWS::ApiGateway::RestApi')[1]
    expect(Properties.EndpointConfiguration.Types).toEqual(['REGIONAL'])
    expect(body.openapi).toBe('3.0.1')
  })

  it.each(rows)('%s is invoked by the role of the API, buffered or streamed as it answers', (id, op) => {
    const integration = routeOf(op)['x-amazon-apigateway-integration']
    const isStreamed = op.answers !== 'json'
    expect(integration).toMatchObject({
      type: 'aws_proxy',
      httpMethod: 'POST',
      responseTransferMode: isStreamed ? 'STREAM' : 'BUFFERED',
      timeoutInMillis: isStreamed ? 900_000 : 29_000,
    })
    const uri = text(integration.uri)
    expect(uri).toContain(isStreamed ? ':lambda:path/2021-11-15/functions/' : ':lambda:path/2015-03-31/functions/')
    expect(uri).toContain(isStreamed ? '/response-streaming-invocations' : '/invocations')
    expect(uri).toContain(`:function:${functionOf(id).Properties.FunctionName}/`)
    expect(functionOf(id).Properties.Timeout * 1000).toBe(integration.timeoutInMillis)
  })

  it.each(rows)('%s asks the authorizer, unless anyone may call it', (_id, op) => {
    expect(routeOf(op).security).toEqual(op.role === 'anyone' ? [] : [{ bearer: [] }])
  })

  it('keeps what the authorizer said for at most a minute', () => {
    const authorizer = body.components.securitySchemes.bearer['x-amazon-apigateway-authorizer']
    expect(authorizer.authorizerResultTtlInSeconds).toBeLessThanOrEqual(60)
    const accepts = new RegExp(authorizer.identityValidationExpression)
    expect('Bearer hg_pat_abc').toMatch(accepts)
    for (const other of ['', 'Bearer', 'Basic abc', 'Bearer a b']) expect(other).not.toMatch(accepts)
  })

  it('may invoke exactly the functions that it has routes for, and the authorizer', () => {
    const role =
      resources[routeOf(operations.getHealth)['x-amazon-apigateway-integration'].credentials['Fn::GetAtt'][0]]!
    const [statement, ...more] = role.Properties.Policies[0].PolicyDocument.Statement
    expect(more).toEqual([])
    expect(statement.Action).toBe('lambda:InvokeFunction')
    const invoked = statement.Resource.map((arn: Json) => /:function:([\w-]+)$/.exec(arn['Fn::Join'][1].at(-1))?.[1])
    expect(invoked.toSorted()).toEqual(
      [...rows.map(([id]) => id), 'authorizer'].map((id) => `Headgate-${id}`).toSorted(),
    )
    expect(ofType('AWS::Lambda::Permission')).toEqual([])
  })

  it('takes its paths up once what answers them is there', () => {
    const [, { DependsOn }] = only('AWS::ApiGateway::Deployment')
    const followed = list(DependsOn).map((id) => resources[id]?.Properties?.FunctionName)
    for (const [id] of rows) expect(followed).toContain(`Headgate-${id}`)
    expect(followed).toContain('Headgate-authorizer')
  })

  it('has at most one variable part below each path, for API Gateway takes no two', () => {
    const below = new Map<string, Set<string>>()
    for (const path of Object.keys(body.paths)) {
      const parts = path.split('/')
      for (const [i, part] of parts.entries()) {
        if (!part.startsWith('{')) continue
        const parent = parts.slice(0, i).join('/')
        below.set(parent, (below.get(parent) ?? new Set()).add(part))
        if (part.endsWith('+}')) expect(i, path).toBe(parts.length - 1)
      }
    }
    for (const [parent, names] of below) expect([...names], parent).toHaveLength(1)
  })

  it('answers what it refuses itself with problems of the status that they name', () => {
    for (const [type, { statusCode, responseParameters, responseTemplates }] of Object.entries<Json>(
      body['x-amazon-apigateway-gateway-responses'],
    )) {
      const problem = Problem.parse(JSON.parse(responseTemplates['application/json']))
      expect(String(problem.status), type).toBe(statusCode)
      expect(problem.requestId).toBe('$context.requestId')
      expect(responseParameters).toMatchObject({
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.X-Content-Type-Options': "'nosniff'",
        'gatewayresponse.header.Strict-Transport-Security': "'max-age=31536000'",
      })
    }
  })

  it('is throttled and writes a log without paths, headers or bodies', () => {
    const { MethodSettings, AccessLogSetting, StageName } = only('AWS::ApiGateway::Stage')[1].Properties
    expect(StageName).toBe('v1')
    expect(MethodSettings[0]).toMatchObject({ HttpMethod: '*', ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 })
    expect(MethodSettings[0].DataTraceEnabled).not.toBe(true)
    expect(AccessLogSetting.Format).toContain('$context.requestId')
    expect(AccessLogSetting.Format).not.toMatch(/\$context\.path|authorization|header|body|\$input/i)
  })

  it('names paths in its replies that are right as they stand', () => {
    expect(text(template.Outputs.ApiUrl.Value)).not.toContain('v1')
    expect(Object.keys(body.paths).every((path) => !path.startsWith('/v1'))).toBe(true)
  })
})

describe('the storage', () => {
  it('keeps the catalog on demand, restorable to any second, safe from deletion', () => {
    const [, table] = only('AWS::DynamoDB::Table')
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    })
  })

  it('has who delivers events invoked when something is put into the outbox, and for nothing else', () => {
    const [id, table] = only('AWS::DynamoDB::Table')
    expect(table.Properties.StreamSpecification.StreamViewType).toBe('KEYS_ONLY')
    const [, mapping] = only('AWS::Lambda::EventSourceMapping')
    expect(resources[mapping.Properties.FunctionName['Fn::GetAtt'][0]]).toBe(functionOf('deliver'))
    expect(mapping.Properties.EventSourceArn).toEqual({ 'Fn::GetAtt': [id, 'StreamArn'] })
    const failures = { 'Fn::GetAtt': [only('AWS::SQS::Queue')[0], 'Arn'] }
    expect(mapping.Properties.DestinationConfig).toEqual({ OnFailure: { Destination: failures } })
    expect(statementsOf('deliver')).toContainEqual({ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: failures })
    const patterns = mapping.Properties.FilterCriteria.Filters.map(({ Pattern }: Json) => JSON.parse(Pattern))
    expect(patterns).toEqual([{ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: ['outbox'] } } } }])
    const readers = functionIds.filter((each) => text(statementsOf(each)).includes('StreamArn'))
    expect(readers).toEqual(['deliver'])
  })

  it('keeps objects private, encrypted, versioned, and tidies what uploads left', () => {
    const [id, bucket] = bucketOf('Objects')
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    })
    const lifecycle = text(bucket.Properties.LifecycleConfiguration.Rules)
    expect(lifecycle).toContain('"DaysAfterInitiation":2')
    expect(lifecycle).toContain('"NoncurrentDays":30')
    // Versions of datasets are deleted by name, never by age.
    expect(lifecycle).not.toContain('ExpirationInDays')
    const [, policy] = ofType('AWS::S3::BucketPolicy').find(([, { Properties }]) => Properties.Bucket.Ref === id)!
    const denials = policy.Properties.PolicyDocument.Statement
    expect(denials.every(({ Effect }: Json) => Effect === 'Deny')).toBe(true)
    expect(text(denials)).toContain('{"Bool":{"aws:SecureTransport":"false"}}')
    expect(text(denials)).toContain('{"NumericLessThan":{"s3:TlsVersion":1.2}}')
  })

  it('keeps the key of the secrets, and turns it over every year', () => {
    const [, key] = only('AWS::KMS::Key')
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(key.Properties.EnableKeyRotation).toBe(true)
    expect(text(key.Properties.KeyPolicy)).toContain(':root')
  })
})

describe('the user pool', () => {
  it('lets nobody sign themselves up, has a group for each role, and stays when the stack goes', () => {
    const [, pool] = only('AWS::Cognito::UserPool')
    expect(pool).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(pool.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
      UserPoolTier: 'ESSENTIALS',
    })
    const groups = ofType('AWS::Cognito::UserPoolGroup').map(([, { Properties }]) => Properties.GroupName)
    expect(groups.toSorted()).toEqual(['admin', 'editor', 'viewer'])
  })

  it('gives browsers a client without a secret, by code alone, with tokens of an hour', () => {
    const [, client] = only('AWS::Cognito::UserPoolClient')
    expect(client.Properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes' },
    })
    expect(text(functionOf('authorizer').Properties.Environment.Variables.HEADGATE_SIGN_IN)).toContain(
      `{"Ref":"${only('AWS::Cognito::UserPoolClient')[0]}"}`,
    )
  })
})

securityCases(template)

describe('the whole', () => {
  it('leaves a third of the 500 resources free with 110 operations', () => {
    const all = Object.keys(resources).length
    expect(all + 2 * (110 - rows.length)).toBeLessThanOrEqual(333)
  })

  it('holds nothing that costs by the hour', () => {
    const types = new Set(Object.values(resources).map(({ Type }) => Type))
    expect([...types].toSorted()).toEqual([
      'AWS::ApiGateway::Account',
      'AWS::ApiGateway::Deployment',
      'AWS::ApiGateway::RestApi',
      'AWS::ApiGateway::Stage',
      'AWS::CloudFront::Distribution',
      'AWS::CloudFront::Function',
      'AWS::CloudFront::OriginAccessControl',
      'AWS::CloudFront::ResponseHeadersPolicy',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Cognito::UserPool',
      'AWS::Cognito::UserPoolClient',
      'AWS::Cognito::UserPoolDomain',
      'AWS::Cognito::UserPoolGroup',
      'AWS::DynamoDB::Table',
      'AWS::Events::EventBus',
      'AWS::Glue::Database',
      'AWS::IAM::Role',
      'AWS::KMS::Key',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::Logs::MetricFilter',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::Scheduler::Schedule',
      'AWS::Scheduler::ScheduleGroup',
      'Custom::HeadgateApp',
    ])
    for (const [, { Properties }] of ofType('AWS::Lambda::Function')) {
      expect(Properties.ProvisionedConcurrencyConfig).toBeUndefined()
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' })
    }
  })

  it('is no larger than what API Gateway and CloudFormation take', () => {
    expect(text(template).length).toBeLessThan(1_000_000)
    expect(Object.keys(others).length + rows.length).toBe(functionIds.length)
  })

  const cfnLint = findProgram('cfn-lint')
  it.skipIf(cfnLint === undefined)(
    'is found sound by cfn-lint (skipped where it is not on PATH: pip install cfn-lint==1.51.0)',
    () => {
      const file = join(code, '../out/Headgate.template.json')
      // W3005: CDK names dependencies that are there already.
      const { stdout } = spawnSync(cfnLint!, ['-r', 'eu-central-1', '-i', 'W3005', '-t', file], { encoding: 'utf8' })
      expect(stdout).toBe('')
    },
    300_000,
  )
})
