import { S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { fromEnv } from '@aws-sdk/credential-provider-env'
import { Fault } from '../../domain/faults.ts'
import { ended } from '../files/ended.ts'
import type { OpenAt } from '../kind.ts'
import { type Config, type Credential, storeUrl } from './config.ts'
import { toFault } from './refusals.ts'
import { requestHandler } from './request-handler.ts'

export type At = OpenAt<Config, Credential>

/** Keys of the SDK; undefined: requests are not signed, as of a bucket that is public. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export interface Store {
  readonly client: S3Client
  readonly keys: Keys | undefined
}

/** How long an assumed role is used: every connection assumes it anew. */
const roleSeconds = 3600

/** A client for the bucket. It dials nothing but, where there is one, STS for the role. */
export async function openStore(at: At): Promise<Store> {
  const { config, egress, signal } = at
  const keys = config.roleArn === undefined ? staticKeys(at) : await assumeRole(at, config.roleArn)
  const client = new S3Client({
    region: config.region,
    requestHandler: requestHandler(egress, signal),
    ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
    forcePathStyle: config.pathStyle ?? config.endpoint !== undefined,
    followRegionRedirects: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    // Never the keys of this deployment: they would open its own buckets to whoever names one.
    ...(keys ? { credentials: { ...keys } } : { credentials: nobody, signer: { sign: async (request) => request } }),
  })
  return { client, keys }
}

const nobody = { accessKeyId: 'nobody', secretAccessKey: 'nothing' }

/** One call of the SDK. Faults: those of `toFault`, cancelled. */
export async function ask<T>({ signal }: Pick<At, 'signal'>, run: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw ended(signal)
  try {
    return await run()
  } catch (thrown) {
    throw signal.aborted ? ended(signal) : toFault(thrown)
  }
}

function staticKeys({ credential }: At): Keys | undefined {
  const { accessKeyId, secretAccessKey } = credential.reveal()
  return accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey }
}

/** The role is assumed with the connector's keys, or with those of this deployment; always with the external id. */
async function assumeRole(at: At, roleArn: string): Promise<Keys> {
  const { config, egress, signal } = at
  if (config.externalId === undefined) throw noExternalId()
  const client = new STSClient({
    region: config.region,
    requestHandler: requestHandler(egress, signal),
    ...(config.stsEndpoint !== undefined && { endpoint: config.stsEndpoint }),
    credentials: staticKeys(at) ?? fromEnv(),
    maxAttempts: 3,
  })
  const { Credentials: made } = await ask(at, () =>
    client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'headgate',
        ExternalId: config.externalId,
        DurationSeconds: roleSeconds,
      }),
    ),
  )
  if (!made?.AccessKeyId || !made.SecretAccessKey || !made.SessionToken)
    throw new Fault('source-failed', 'STS gave no keys for the role.', { hint: 'Check the STS endpoint.' })
  return {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
    ...(made.Expiration && { expiration: made.Expiration }),
  }
}

const noExternalId = (): Fault =>
  new Fault('source-refused', 'The external id of the role is not made yet.', {
    hint: 'Save the connector, and put the external id that it then shows into the trust policy of the role.',
  })

/** The host and the port that requests for the bucket go to. */
export function dialledAt(config: Config): { readonly host: string; readonly port: number } {
  const url = storeUrl(config)
  return { host: url.hostname, port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)) }
}
