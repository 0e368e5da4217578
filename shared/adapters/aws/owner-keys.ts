import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts'
import { Fault } from '../../domain/faults.ts'
import { ownerPart } from '../../domain/owner.ts'
import { awsFault } from './faults.ts'

/** Keys of a session, as clients of the SDK take them. */
export interface OwnerKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** When the client asks again: long before the session ends, for links live no longer than what signed them. */
  readonly expiration: Date
}

export interface OwnerKeysOptions {
  readonly client: STSClient
  /** A role whose policy names `${aws:PrincipalTag/owner}`. */
  readonly roleArn: string
}

/** A role that is taken by a role gives sessions of an hour, and no longer ones. */
const sessionSeconds = 3600

/** How long a session is used for what is new, milliseconds. A link that it signs lives for 55 minutes at least. */
const usedMs = 5 * 60_000

/**
 * Keys that open what one user owns and nothing else: a session of the role, tagged with the owner. IAM compares the tag
 * with the path, so that a defect of ours that names another's path is denied. Fault busy where STS cannot answer.
 */
export function ownerKeys({ client, roleArn }: OwnerKeysOptions): (callerId: string) => Promise<OwnerKeys> {
  return async (callerId) => {
    const owner = ownerPart(callerId)
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: `owner-${owner}`.slice(0, 64),
      Tags: [{ Key: 'owner', Value: owner }],
      DurationSeconds: sessionSeconds,
    })
    const { Credentials: made } = await client.send(command).catch((thrown) => Promise.reject(awsFault('STS', thrown)))
    if (!made?.AccessKeyId || !made.SecretAccessKey || !made.SessionToken)
      throw new Fault('internal', 'STS gave no keys for the session of an owner.')
    return {
      accessKeyId: made.AccessKeyId,
      secretAccessKey: made.SecretAccessKey,
      sessionToken: made.SessionToken,
      expiration: new Date(Date.now() + usedMs + sdkEarlyMs),
    }
  }
}

/** The SDK asks anew so long before the time it is told. */
const sdkEarlyMs = 5 * 60_000
