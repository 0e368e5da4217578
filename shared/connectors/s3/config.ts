import * as z from 'zod'
import { FileSelection } from '../files/selection.ts'

const endpoint = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .refine((text) => {
    const url = URL.parse(text)
    return url !== null && url.username === '' && url.pathname === '/' && url.search === '' && url.hash === ''
  }, 'must be a scheme, a host and perhaps a port')

export const Config = z.strictObject({
  bucket: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/, 'must be the name of a bucket, without s3:// or a path')
    .meta({ title: 'Bucket', examples: ['lab-data'] }),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default('us-east-1')
    .meta({ title: 'Region', description: 'Where the bucket is.', examples: ['eu-central-1'] }),
  endpoint: endpoint.optional().meta({
    title: 'Endpoint',
    description: 'Of an S3-compatible store other than AWS.',
    examples: ['https://minio.example.org'],
  }),
  pathStyle: z.boolean().optional().meta({
    title: 'Path style',
    description: 'Whether the bucket is in the path of the URL and not in its host. When absent: with an endpoint.',
  }),
  prefix: z
    .string()
    .max(900)
    .optional()
    .meta({ title: 'Prefix', description: 'Keys begin after it; a folder’s ends with /.', examples: ['exports/'] }),
  roleArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/, 'must be the ARN of a role')
    .optional()
    .meta({
      title: 'Role',
      description:
        'A role of your account to assume. Its trust policy must ask for the external id shown after saving.',
    }),
  externalId: z.string().max(64).optional().meta({
    title: 'External id',
    description: 'Made when the connector is saved, and not to be chosen.',
    readOnly: true,
  }),
  stsEndpoint: endpoint
    .optional()
    .meta({ title: 'STS endpoint', description: 'Where roles are assumed; when absent, that of the region.' }),
})
export type Config = z.output<typeof Config>

export const Credential = z
  .strictObject({
    accessKeyId: z.string().min(1).max(200).optional().meta({ title: 'Access key id' }),
    secretAccessKey: z.string().min(1).max(200).optional().meta({ title: 'Secret access key', format: 'password' }),
  })
  .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
    message: 'needs both the id and the secret of the key, or neither',
  })
export type Credential = z.output<typeof Credential>

export const Selection = FileSelection
export type Selection = z.output<typeof Selection>

/** The URL of the store, whose host is the one that is dialled; the bucket's own where that is in the host. */
export function storeUrl({ endpoint, bucket, region, pathStyle }: Config): URL {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  const isInHost = !(pathStyle ?? endpoint !== undefined) && !bucket.includes('.')
  if (isInHost) url.hostname = `${bucket}.${url.hostname}`
  return url
}
