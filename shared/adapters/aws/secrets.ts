import {
  DeleteParameterCommand,
  GetParameterCommand,
  type ParameterTier,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import { Fault } from '../../domain/faults.ts'
import { Secret } from '../../domain/secret.ts'
import type { SecretReader, SecretWriter } from '../../ports/secrets.ts'
import { isSecretId, readySecret } from '../secret-rules.ts'
import { awsFault, errorName, isBusy } from './faults.ts'
import { retry } from './retry.ts'

export interface AwsSecretsOptions {
  readonly client: SSMClient
  /** Where the parameters are: `/headgate/<stage>/`. */
  readonly prefix: string
  /** The customer-managed KMS key: id, ARN or alias. The default key would let every principal of the account decrypt. */
  readonly keyId: string
  /** How long a value that was read is taken to be the newest, at most 300,000. */
  readonly cacheMs?: number
}

const maxCached = 1000
const standardBytes = 4096

/** Secrets as SecureString parameters of SSM. It takes 40 reads a second, so reads are cached and never doubled. */
export function awsSecrets({
  client,
  prefix,
  keyId,
  cacheMs = 60_000,
}: AwsSecretsOptions): SecretReader & SecretWriter {
  const cached = new Map<string, { readonly secret: Secret; readonly until: number }>()
  const underWay = new Map<string, Promise<Secret | undefined>>()
  const forget = (id: string) => {
    cached.delete(id)
    underWay.delete(id)
  }

  function keep(id: string, secret: Secret): void {
    cached.delete(id)
    cached.set(id, { secret, until: Date.now() + Math.min(cacheMs, 300_000) })
    if (cached.size > maxCached) cached.delete(cached.keys().next().value!)
  }

  async function read(id: string): Promise<Secret | undefined> {
    const request = { Name: prefix + id, WithDecryption: true }
    try {
      const { Parameter: found } = await patiently(() => client.send(new GetParameterCommand(request)))
      return found?.Value === undefined ? undefined : new Secret(decode(found.Value))
    } catch (thrown) {
      if (errorName(thrown) === 'ParameterNotFound') return undefined
      throw awsFault('SSM', thrown)
    }
  }

  async function readOnce(id: string): Promise<Secret | undefined> {
    const known = underWay.get(id)
    if (known) return known
    const reading = read(id)
    underWay.set(id, reading)
    try {
      const secret = await reading
      // A write since then has made this value old: whoever asked before it may have it, but it is not kept.
      if (secret && underWay.get(id) === reading) keep(id, secret)
      return secret
    } finally {
      if (underWay.get(id) === reading) underWay.delete(id)
    }
  }

  return {
    async get(id, { fresh = false } = {}) {
      if (!isSecretId(id)) return undefined
      if (fresh) forget(id)
      const known = cached.get(id)
      return known && known.until > Date.now() ? known.secret : readOnce(id)
    },

    async put(id, value) {
      const text = encode(readySecret(id, value))
      const send = (tier: ParameterTier) =>
        patiently(() =>
          client.send(
            new PutParameterCommand({
              Name: prefix + id,
              Value: text,
              Type: 'SecureString',
              KeyId: keyId,
              Tier: tier,
              Overwrite: true,
            }),
          ),
        )
      try {
        if (Buffer.byteLength(text) > standardBytes) await send('Advanced')
        else await send('Standard').catch((thrown) => (isDowngrade(thrown) ? send('Advanced') : Promise.reject(thrown)))
      } catch (thrown) {
        throw awsFault('SSM', thrown)
      } finally {
        forget(id)
      }
    },

    async delete(id) {
      if (!isSecretId(id)) return
      try {
        await patiently(() => client.send(new DeleteParameterCommand({ Name: prefix + id })))
      } catch (thrown) {
        if (errorName(thrown) !== 'ParameterNotFound') throw awsFault('SSM', thrown)
      } finally {
        forget(id)
      }
    },
  }
}

const patiently = <T>(work: () => Promise<T>) => retry(work, { tries: 8, isRetryable: isBusy, baseMs: 100 })

/** A parameter that was once advanced cannot be standard again, short of a moment without it. */
const isDowngrade = (thrown: unknown) => errorName(thrown) === 'ValidationException'

/** SSM refuses `{{…}}` in values. Those are kept with their braces escaped, behind a mark. */
const mark = 'headgate-escaped:'

function encode(text: string): string {
  if (!text.includes('{{') && !text.startsWith(mark)) return text
  const escaped = mark + text.replace(/[%{]/g, (char) => (char === '%' ? '%25' : '%7b'))
  if (Buffer.byteLength(escaped) <= 8192) return escaped
  throw new Fault('too-large', 'A secret with two braces in a row must be somewhat smaller than 8 KB.')
}

function decode(value: string): string {
  if (!value.startsWith(mark)) return value
  return value.slice(mark.length).replace(/%25|%7b/g, (each) => (each === '%25' ? '%' : '{'))
}
