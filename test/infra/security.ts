import type { Json, Resource } from './synthesized.ts'

type Resources = Readonly<Record<string, Resource>>

/** What of a template decides who may do what and what stays, as text to be read: one fact a line, in an order that stays. */
export function securityOf({ Resources: all }: { readonly Resources: Resources }): string {
  const resources = Object.fromEntries(Object.entries(all).map(([id, each]) => [plainId(id), plain(each)])) as Resources
  const of = (type: string) => sorted(Object.entries(resources).filter(([, { Type }]) => Type === type))
  const body: Json = of('AWS::ApiGateway::RestApi')[0]![1].Properties.Body
  return [
    section('Roles', roles(of('AWS::IAM::Role'))),
    section('Policies of resources', policies(resources)),
    section('Public access, encryption and protection', protections(resources)),
    section('Routes', [routes(body).join('\n')]),
    section('The authorizer', [fields(body.components.securitySchemes)]),
    section('What the API refuses itself', [lines(Object.keys(body['x-amazon-apigateway-gateway-responses']))]),
    section('Signing in', signIn(resources)),
    section('Headers and addresses', hosting(resources)),
    section('Limits', limits(resources)),
    section('How long logs are kept, days', [
      lines(of('AWS::Logs::LogGroup').map(([id, { Properties: p }]) => `${id} ${p.RetentionInDays}`)),
    ]),
    section('What becomes of it when the stack goes', [lines(removals(resources))]),
  ].join('\n')
}

const section = (title: string, blocks: readonly string[]): string => `# ${title}\n\n${blocks.join('\n')}\n`
const block = (title: string, facts: readonly string[]): string => lines([title, ...facts.map((fact) => `  ${fact}`)])
const lines = (facts: readonly string[]): string => facts.map((fact) => `${fact}\n`).join('')
const sorted = <T>(entries: readonly (readonly [string, T])[]) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
const list = (value: unknown): readonly string[] => (value === undefined ? [] : [value].flat().map(text))

/** CDK ends ids in eight digits of a hash, which say nothing. */
const plainId = (id: string): string => id.replace(/^Headgate/, '').replace(/[0-9A-F]{8}$/, '')

/** A value of the template with references as names. */
function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const [[name, what] = []] = Object.entries<Json>(value)
  if (name === 'Ref') return `<${what.startsWith('AWS::') ? what : plainId(what)}>`
  if (name === 'Fn::GetAtt') return `<${plainId(what[0])}.${what[1]}>`
  if (name === 'Fn::Join') return shortArn(what[1].map(plain).join(what[0]))
  if (name === 'Fn::Select' || name === 'Fn::Split') return `<${name} ${text(what)}>`
  return Object.fromEntries(Object.entries<Json>(value).map(([key, each]) => [key, plain(each)]))
}

const shortArn = (arn: string): string =>
  arn.replace('arn:<AWS::Partition>:', 'arn:').replace('<AWS::Region>:<AWS::AccountId>', 'here')

/** JSON whose keys are in order. */
const text = (value: Json): string =>
  typeof value === 'string'
    ? value
    : JSON.stringify(value, (_, each) =>
        typeof each === 'object' && each !== null && !Array.isArray(each)
          ? Object.fromEntries(sorted(Object.entries<Json>(each)))
          : each,
      )

const fields = (value: Json): string =>
  lines(sorted(Object.entries<Json>(value)).map(([name, each]) => `${name} ${text(each)}`))

function statement({ Effect, Action, NotAction, Resource, Principal, Condition }: Json): string {
  const resources = list(Resource).toSorted()
  const parts = [
    Effect.toLowerCase(),
    Principal && text(Principal),
    NotAction ? `all but ${list(NotAction).toSorted().join(' ')}` : list(Action).toSorted().join(' '),
    resources.length > 0 && (resources.length < 4 ? `on ${resources.join(' ')}` : 'on those below'),
    Condition && `if ${text(Condition)}`,
  ]
  const more = resources.length < 4 ? [] : resources.map((resource) => `\n    ${resource}`)
  return `${parts.filter(Boolean).join(' ')}${more.join('')}`
}

/** What every function has is told once. */
function roles(all: readonly (readonly [id: string, Resource])[]): readonly string[] {
  const isOfFunction = (id: string) => /^Functions\w+Role$/.test(id)
  const facts = new Map(all.map(([id, { Properties }]) => [id, roleLines(Properties)]))
  const [first = [], ...others] = [...facts].filter(([id]) => isOfFunction(id)).map(([, each]) => each)
  const common = first.filter((fact) => others.every((each) => each.includes(fact)))
  return [
    block('every function', common),
    ...[...facts].map(([id, each]) =>
      block(id, isOfFunction(id) ? each.filter((fact) => !common.includes(fact)) : each),
    ),
  ]
}

function roleLines({ AssumeRolePolicyDocument, Policies = [], ManagedPolicyArns = [] }: Json): readonly string[] {
  const trusts = AssumeRolePolicyDocument.Statement.map((each: Json) => `trusts: ${statement(each)}`)
  const managed = list(ManagedPolicyArns).map((arn) => `managed ${arn}`)
  const own = Policies.flatMap(({ PolicyDocument }: Json) => PolicyDocument.Statement.map(statement))
  return [...trusts.toSorted(), ...managed.toSorted(), ...own.toSorted()]
}

function policies(resources: Resources): readonly string[] {
  const found = sorted(Object.entries(resources)).flatMap(([id, { Type, Properties: p }]) => {
    const document = p?.PolicyDocument ?? p?.KeyPolicy ?? p?.Policy
    if (Type === 'AWS::IAM::Role' || document?.Statement === undefined) return []
    return [block(id, document.Statement.map(statement).toSorted())]
  })
  const permissions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Permission')
  return [...found, ...permissions.map(([id, { Properties }]) => block(id, [text(Properties)]))]
}

/** What of a resource's properties protects it. */
const protecting: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': [
    'PublicAccessBlockConfiguration',
    'BucketEncryption',
    'OwnershipControls',
    'VersioningConfiguration',
    'CorsConfiguration',
    'LifecycleConfiguration',
    'LoggingConfiguration',
  ],
  'AWS::DynamoDB::Table': [
    'SSESpecification',
    'DeletionProtectionEnabled',
    'PointInTimeRecoverySpecification',
    'TimeToLiveSpecification',
  ],
  'AWS::KMS::Key': ['EnableKeyRotation', 'KeySpec', 'PendingWindowInDays'],
  'AWS::SQS::Queue': ['SqsManagedSseEnabled', 'KmsMasterKeyId', 'MessageRetentionPeriod'],
  'AWS::SNS::Topic': ['KmsMasterKeyId'],
  'AWS::Events::EventBus': ['KmsKeyIdentifier'],
  'AWS::Logs::LogGroup': ['KmsKeyId'],
}

const protections = (resources: Resources): readonly string[] => chosen(resources, protecting)

function chosen(resources: Resources, properties: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return sorted(Object.entries(resources)).flatMap(([id, { Type, Properties }]) => {
    const names = properties[Type]
    return names
      ? [
          block(
            id,
            names.map((name) => `${name} ${text(Properties[name] ?? 'not set')}`),
          ),
        ]
      : []
  })
}

const routes = (body: Json): readonly string[] =>
  sorted(Object.entries<Json>(body.paths))
    .flatMap(([path, methods]) =>
      sorted(Object.entries<Json>(methods)).map(([method, route]) => [path, method, route] as const),
    )
    .map(([path, method, { security, operationId }]) => {
      const who = security?.length > 0 ? Object.keys(security[0]).join() : 'nobody asks'
      return `${method.toUpperCase()} ${path} ${operationId}: ${who}`
    })

const signIn = (resources: Resources): readonly string[] =>
  chosen(resources, {
    'AWS::Cognito::UserPool': [
      'AdminCreateUserConfig',
      'Policies',
      'MfaConfiguration',
      'EnabledMfas',
      'DeletionProtection',
      'AccountRecoverySetting',
      'UserPoolTier',
      'UserPoolAddOns',
    ],
    'AWS::Cognito::UserPoolClient': [
      'AllowedOAuthFlows',
      'AllowedOAuthScopes',
      'CallbackURLs',
      'LogoutURLs',
      'ExplicitAuthFlows',
      'GenerateSecret',
      'PreventUserExistenceErrors',
      'AccessTokenValidity',
      'RefreshTokenValidity',
      'EnableTokenRevocation',
    ],
    'AWS::Cognito::UserPoolGroup': ['GroupName', 'RoleArn'],
  })

function hosting(resources: Resources): readonly string[] {
  const headers = chosen(resources, { 'AWS::CloudFront::ResponseHeadersPolicy': ['ResponseHeadersPolicyConfig'] })
  const distributions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudFront::Distribution')
  const addresses = distributions.map(
    ([
      id,
      {
        Properties: { DistributionConfig: d },
      },
    ]) => {
      const behaviours = [{ PathPattern: 'every other path', ...d.DefaultCacheBehavior }, ...d.CacheBehaviors]
      return block(id, [
        `ViewerCertificate ${text(d.ViewerCertificate ?? 'CloudFront’s own')}`,
        ...behaviours.map(
          ({ PathPattern, ViewerProtocolPolicy, AllowedMethods, ResponseHeadersPolicyId }) =>
            `${PathPattern}: ${ViewerProtocolPolicy} ${text(AllowedMethods ?? ['GET', 'HEAD'])} with ${text(ResponseHeadersPolicyId)}`,
        ),
      ])
    },
  )
  const controls = chosen(resources, { 'AWS::CloudFront::OriginAccessControl': ['OriginAccessControlConfig'] })
  const stages = chosen(resources, {
    'AWS::ApiGateway::RestApi': ['EndpointConfiguration', 'DisableExecuteApiEndpoint', 'MinimumCompressionSize'],
  })
  return [...headers, ...addresses, ...controls, ...stages]
}

function limits(resources: Resources): readonly string[] {
  const functions = sorted(Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function'))
  const ofFunctions = functions.map(([, { Properties: p }]) => {
    const reserved =
      p.ReservedConcurrentExecutions === undefined ? '' : `, at most ${p.ReservedConcurrentExecutions} at once`
    const place = p.VpcConfig ? ', in the private network' : ''
    return `${p.FunctionName ?? 'unnamed'} ${p.Timeout} s, ${p.MemorySize} MB${reserved}${place}`
  })
  const others = chosen(resources, {
    'AWS::ApiGateway::Stage': ['MethodSettings'],
    'AWS::Lambda::EventInvokeConfig': ['MaximumRetryAttempts', 'MaximumEventAgeInSeconds'],
  })
  return [lines(ofFunctions.toSorted()), ...others]
}

const removals = (resources: Resources): readonly string[] =>
  sorted(Object.entries(resources)).flatMap(([id, each]) => {
    if (each.DeletionPolicy === undefined && each.UpdateReplacePolicy === undefined) return []
    return [`${id} ${each.DeletionPolicy ?? 'Delete'}, when replaced ${each.UpdateReplacePolicy ?? 'Delete'}`]
  })
