import * as z from 'zod'
import { parseAllow } from '../shared/adapters/egress/allow.ts'

const slug = z.string().regex(/^[a-z][a-z0-9-]{0,11}$/, 'must be 1 to 12 of a-z, 0-9 and -, beginning with a letter')
const arn = (what: string) =>
  z.string().regex(/^arn:aws[a-z-]*:/, `must be the ARN of ${what}: it begins with \`arn:aws:\``)
const idOf = (kind: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`), `must be the id of ${what}, such as ${kind}-0a1b2c3d`)
const days = z.int().min(1).max(3653)

/** The retentions that CloudWatch Logs takes, days. */
const logDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const Domain = z.strictObject({
  name: z
    .string()
    .regex(/^(?!https?:)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a host name, such as data.example.org')
    .describe('The host name at which people open the Data App.'),
  certificateArn: arn('a certificate')
    .regex(/^arn:[^:]+:acm:us-east-1:/, 'must be of us-east-1: CloudFront takes no other')
    .describe('Its certificate in ACM, in us-east-1.'),
  hostedZoneId: z
    .string()
    .optional()
    .describe('The id of the zone of Route 53 in which its records are made. Without it they are yours to make.'),
})

const Network = z.strictObject({
  vpcId: idOf('vpc', 'a VPC').describe('The VPC, which exists already.'),
  subnetIds: z
    .array(idOf('subnet', 'a subnet'))
    .min(1)
    .describe('The subnets of it in which the functions that dial sources get their addresses.'),
  routeTableIds: z
    .array(idOf('rtb', 'a route table'))
    .default([])
    .describe('The route tables of these subnets: they get ways to DynamoDB and S3, which cost nothing.'),
  endpoints: z
    .array(z.enum(['ssm', 'secretsmanager', 'lambda', 'sts']))
    .default([])
    .describe(
      'Services that get an endpoint in the subnets. Each costs by the hour, some 7 dollars a month and subnet.',
    ),
})

const SignIn = z.strictObject({
  issuer: z.url({ protocol: /^https$/ }).describe('The `iss` of its access tokens.'),
  clientId: z.string().min(1).describe('What the Data App signs in as; public, with PKCE.'),
  audience: z.string().min(1).optional().describe('The `aud` of its access tokens, where it is not the client id.'),
  jwksUri: z.url({ protocol: /^https$/ }).describe('Where its public keys are: `jwks_uri` of its discovery document.'),
  groupsClaim: z.string().min(1).default('groups').describe('The claim that lists the groups that are roles.'),
})

/** What `headgate.config.ts` says: each key has a default that suits a first deployment. */
export const Config = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,19}$/, 'must be 1 to 20 letters and digits, beginning with A-Z')
    .default('Headgate')
    .describe('What everything is named after: functions, parameters, the stack.'),
  stage: slug
    .default('production')
    .describe('Which of your deployments this is. Others than production carry it in their names.'),
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be the 12 digits of an account')
    .optional()
    .describe('The account to deploy into. Without it, that of the credentials at hand.'),
  region: z.string().optional().describe('The region to deploy into. Without it, that of the credentials at hand.'),
  keepsData: z
    .boolean()
    .optional()
    .describe('Whether deleting the stack leaves data, secrets and users. Without it, only production does.'),
  domain: Domain.optional().describe('A domain of your own. Without it CloudFront gives one.'),
  signIn: SignIn.optional().describe(
    'Your own identity provider (OpenID Connect). Without it, a user pool of Cognito.',
  ),
  network: Network.optional().describe('Your private network, for sources in it. Without it, public sources only.'),
  allow: z
    .array(z.string())
    .default([])
    .describe('What connectors may dial besides public addresses: `db.internal:5432`, `10.0.0.0/8:5432`.'),
  readable: z
    .array(
      z.string().regex(/^(\/|arn:aws[a-z-]*:secretsmanager:)/, 'must be a path of parameters or the ARN of a secret'),
    )
    .default([])
    .describe('Parameters (`/prod/db/*`) and ARNs of secrets to which credentials of connectors may point.'),
  roles: z
    .array(arn('a role'))
    .default([])
    .describe('Roles that connectors of kind s3 may take; each must ask for the external id of its connector.'),
  auditDays: days.default(365).describe('How long a line of the audit trail is kept.'),
  logDays: z
    .int()
    .refine((value) => logDays.includes(value), `must be one of ${logDays.join(', ')}`)
    .default(30)
    .describe('How long logs are kept.'),
  restoreDays: days.default(30).describe('How long what was overwritten or deleted of objects can be brought back.'),
  workers: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'How many partitions of snapshots are extracted at once, reserved of what the account may run. Null reserves nothing.',
    ),
  requestsPerSecond: z.int().min(1).max(10_000).default(100).describe('What the API takes; bursts may be twice that.'),
  alarmEmail: z.email().optional().describe('Who is told of alarms. AWS asks them by mail to confirm.'),
  monthlyBudget: z.number().min(1).optional().describe('US dollars a month; at 80 % and at 100 % the alarm goes out.'),
})

/** As written in `headgate.config.ts`. */
export type HeadgateConfig = z.input<typeof Config>

/** With every default filled in. */
export type Settings = z.output<typeof Config>

/** Checks a configuration and fills in what it leaves out. Throws with a line for each thing that is wrong. */
export function defineConfig(config: HeadgateConfig): Settings {
  const read = Config.safeParse(config)
  if (!read.success) throw new Error(`headgate.config.ts cannot be used.\n${z.prettifyError(read.error)}`)
  parseAllow(read.data.allow.join(','))
  if (read.data.monthlyBudget !== undefined && read.data.alarmEmail === undefined)
    throw new Error('headgate.config.ts cannot be used.\n✖ monthlyBudget needs an alarmEmail: nobody would be told.')
  return read.data
}

/** Whether deleting the stack leaves the data. */
export const keepsData = ({ keepsData, stage }: Settings): boolean => keepsData ?? stage === 'production'

/** The name of one deployment: its stage behind it, unless it is production. */
export const fullName = ({ name, stage }: Settings): string => (stage === 'production' ? name : `${name}-${stage}`)
