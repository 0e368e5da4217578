import { Stack, Validations } from 'aws-cdk-lib'
import { CfnRole } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { Settings } from './config.ts'

/** What cdk-nag finds and stays as it is, and why: by the rule, for everything in the construct. */
const rules = (settings: Settings): Readonly<Record<string, string>> => ({
  'AwsSolutions-APIG2':
    'Each function checks every part of a request against the schemas of its operation, and answers problems that say what was expected.',
  'AwsSolutions-APIG3': 'A web ACL costs by the month; docs/security.md says how to put one in front.',
  'AwsSolutions-APIG6':
    'Execution logs hold paths and queries, which may name what is nobody’s business. Each request is a line of the access log, each failure one of its function.',
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
    'The role by which API Gateway writes logs belongs to the account and region; this is the policy that AWS names for it.',
  'AwsSolutions-CFR1': 'Who may come from where is for each deployment to say.',
  'AwsSolutions-CFR2': 'A web ACL costs by the month; docs/security.md says how to put one in front.',
  'AwsSolutions-CFR3':
    'The files of the app are the same for everybody and public in the repository; requests of the API are lines of its own log.',
  ...(settings.domain === undefined && {
    'AwsSolutions-CFR4':
      'CloudFront’s own certificate goes with its oldest policy; browsers agree on TLS 1.2 or 1.3. With a domain of one’s own, TLS 1.2 is the least.',
  }),
  'AwsSolutions-COG1':
    'Twelve characters and no rule of composition, as NIST SP 800-63B advises: length counts, not kinds of characters.',
  'AwsSolutions-COG2': 'One-time codes are offered to everybody; requiring them is for each organisation to decide.',
  'AwsSolutions-COG8': 'The plan Plus costs by the person and month; docs/security.md says what it would add.',
  'Serverless-LambdaDLQ':
    'A function that answers a request tells its caller of a failure. Those that take events send what failed to the queue of failures.',
  'Serverless-LambdaStarPermissions': 'X-Ray, and EC2 for addresses in a VPC, know no resources that could be named.',
  'Serverless-LambdaTracing': 'Code of one’s own may write its answers and nothing else, not even traces.',
  'AwsSolutions-L1': 'Code of one’s own in Python runs on the version that the project is tested with.',
  'Serverless-LambdaLatestVersion': 'Code of one’s own in Python runs on the version that the project is tested with.',
  'AwsSolutions-SQS3': 'It is itself the queue in which failed events end.',
  'Serverless-SQSRedrivePolicy': 'It is itself the queue in which failed events end.',
  'Serverless-SNSRedrivePolicy':
    'A mail that cannot be delivered cannot be kept for a person either; the alarm stays raised.',
})

/** Wildcards that stay, by what they end in, and why. */
const wildcards: readonly (readonly [RegExp, string])[] = [
  [/^\*$/, 'X-Ray, and EC2 for addresses in a VPC, know no resources that could be named.'],
  [
    /:parameter\/[^/]+\/(connectors|org|webhooks|users\/.+)\/\*$/,
    'Each secret is a parameter made while it runs: its path is the closest name.',
  ],
  [
    /\.Arn>\/(datasets|uploaded|users\/.+|connection-output\/.*)\/?\*$/,
    'Objects are made while it runs: their prefix is the closest name.',
  ],
  [
    /StorageObjects\w+\.Arn>\/\*$/,
    'Tidying deletes what attempts and pipelines left, wherever that is, and reads none of it.',
  ],
  [/HostingApp\w+\.Arn>\/\*$/, 'The bucket holds the files of the app and nothing else.'],
  [/:schedule\/<\w+>\/\*$/, 'Schedules are made while it runs, in a group of their own.'],
  [/StorageCatalog\w+\.Arn>\/stream\/\*$/, 'The stream of the table has a time in its name.'],
  [/\.Arn>\/tables\/\*$/, 'Lists of files are made while it runs: their prefix is the closest name.'],
  [/:glue:.*:table\/.*\/\*$/, 'Tables are made while it runs, in a database of their own.'],
  [
    /:function:[\w-]+-(runSnapshot|extractPartition):\*$/,
    'Durable functions are invoked, and keep what they did, by version.',
  ],
  [
    /:function:[\w-]+-connection-\*$/,
    'The functions of connections of one’s own code, by the beginning of their name.',
  ],
]

/** Has cdk-nag know why its findings in a deployment stay; what is not named here is found by whoever runs it. */
export function acknowledgeFindings(scope: Construct, settings: Settings): void {
  Validations.of(scope).acknowledge(...Object.entries(rules(settings)).map(([id, reason]) => ({ id, reason })))
  for (const role of scope.node.findAll().filter((each) => each instanceof CfnRole))
    for (const resource of resourcesOf(role)) {
      const reason = wildcards.find(([pattern]) => pattern.test(resource))?.[1]
      if (reason) Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason })
    }
}

/** The resources of a role's policies that hold a wildcard, as cdk-nag writes them. */
function resourcesOf(role: CfnRole): readonly string[] {
  const policies: readonly {
    readonly policyDocument: { readonly Statement: readonly { readonly Resource: unknown }[] }
  }[] = Stack.of(role).resolve(role.policies) ?? []
  const resources = policies.flatMap(({ policyDocument }) =>
    policyDocument.Statement.flatMap(({ Resource }) => (Array.isArray(Resource) ? Resource : [Resource])),
  )
  return [...new Set(resources.map(flatten))].filter((resource) => resource.includes('*'))
}

interface Intrinsic {
  readonly Ref?: string
  readonly 'Fn::GetAtt'?: readonly string[]
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]]
}

/** `<Id.Arn>/x` of `{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Id', 'Arn'] }, '/x']] }`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\$\{([^}]+)\}/g, '<$1>')
  const { Ref, 'Fn::GetAtt': got, 'Fn::Join': joined } = value as Intrinsic
  if (Ref) return `<${Ref}>`
  if (got) return `<${got.join('.')}>`
  return (joined?.[1] ?? []).map(flatten).join('')
}
