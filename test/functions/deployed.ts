import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { dynamoClient, local, makeTable, s3Client } from '../support/aws.ts'
import { dynoxide } from '../support/dynoxide.ts'
import { moto } from '../support/moto.ts'
import { installLambda } from './fake-lambda.ts'

/** Why the deployed functions cannot be tried here; undefined where they can. */
export const missing = dynoxide.missing ?? moto.missing

/** Emulators and the variables by which the functions of this process find them. `dispose` stops the emulators. */
export async function deploy(): Promise<{
  readonly variables: Readonly<Record<string, string>>
  dispose(): Promise<void>
}> {
  const [dynamo, aws] = await Promise.all([dynoxide.start(), moto.start()])
  const client = dynamoClient(dynamo.endpoint)
  const table = await makeTable(client)
  const bucket = 'headgate-objects'
  await s3Client(aws.endpoint).send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  )
  await new SchedulerClient(local(aws.endpoint)).send(new CreateScheduleGroupCommand({ Name: 'headgate' }))
  const variables = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    HEADGATE_TABLE: table,
    HEADGATE_BUCKET: bucket,
    HEADGATE_SECRETS: '/headgate/',
    HEADGATE_SECRETS_KEY: 'alias/aws/ssm',
    HEADGATE_SIGN_IN: JSON.stringify({
      issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI',
      clientId: 'client',
      audience: null,
      jwksUri: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI/.well-known/jwks.json',
      groupsClaim: 'cognito:groups',
    }),
    HEADGATE_ALLOW: 'public',
    HEADGATE_OWNER_ROLE: 'arn:aws:iam::123456789012:role/own',
    HEADGATE_AUDIT_DAYS: '30',
    HEADGATE_WORKER: 'Headgate-runSnapshot',
    HEADGATE_EXTRACTOR: 'Headgate-extractPartition',
    HEADGATE_EXPORTER: 'Headgate-runExport',
    HEADGATE_HOLDER: 'Headgate-holdView',
    HEADGATE_SCHEDULES: 'headgate',
    HEADGATE_WAKER: 'arn:aws:lambda:eu-central-1:123456789012:function:Headgate-wake',
    HEADGATE_DELIVERER: 'arn:aws:lambda:eu-central-1:123456789012:function:Headgate-deliver',
    HEADGATE_BUS: 'Headgate',
    HEADGATE_DATABASE: 'headgate',
    HEADGATE_SCHEDULES_ROLE: 'arn:aws:iam::123456789012:role/Headgate-schedules',
  }
  Object.assign(process.env, variables)
  installLambda()
  return {
    variables,
    async dispose() {
      for (const name of Object.keys(variables)) delete process.env[name]
      await Promise.all([dynamo.stop(), aws.stop()])
    },
  }
}
