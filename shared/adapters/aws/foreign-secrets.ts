import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import { Fault } from '../../domain/faults.ts'
import { Secret } from '../../domain/secret.ts'
import type { ForeignSecrets } from '../resolve-credential.ts'
import { awsFault, errorName } from './faults.ts'

/** How long a value that was read is used again, unless a fresh one is asked for. */
const cacheMs = 60_000

/**
 * Parameters of SSM, and secrets of the Secrets Manager of this account and region, which SSM gives out under a path of
 * its own. What the function's role may not read is refused.
 */
export function awsForeignSecrets({ client }: { readonly client: SSMClient }): ForeignSecrets {
  const cached = new Map<string, { readonly secret: Secret; readonly until: number }>()
  return async (reference, { fresh }) => {
    const Name =
      'ssm' in reference ? reference.ssm : `/aws/reference/secretsmanager/${nameOf(reference.secretsManager)}`
    const known = cached.get(Name)
    if (!fresh && known && known.until > Date.now()) return known.secret
    try {
      const { Parameter: found } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }))
      if (found?.Value === undefined) return undefined
      const secret = new Secret(found.Value)
      cached.set(Name, { secret, until: Date.now() + cacheMs })
      return secret
    } catch (thrown) {
      if (errorName(thrown) === 'ParameterNotFound') return undefined
      if (errorName(thrown) === 'AccessDeniedException')
        throw new Fault('source-refused', `This deployment may not read ${Name}.`, {
          hint: 'Whoever deploys can name it among the readable parameters and secrets, and deploy again.',
          cause: thrown,
        })
      throw awsFault('SSM', thrown)
    }
  }
}

/** The name in an ARN, which ends in a dash and six characters of its own. */
const nameOf = (arn: string): string =>
  arn.slice(arn.indexOf(':secret:') + ':secret:'.length).replace(/-[A-Za-z0-9]{6}$/, '')
