import { Duration } from 'aws-cdk-lib'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Settings } from './config.ts'
import { removal } from './removal.ts'

/**
 * The key of every secret. SSM's default key would let each principal of the account decrypt; this one lets only those
 * whom IAM names. Without it no secret can be read again.
 */
export class SecretsKey extends Key {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      description: 'Encrypts the secrets of Headgate.',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: removal(settings).removalPolicy,
    })
  }
}
