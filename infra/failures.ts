import { Duration } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Grant } from './grants.ts'

/** Where events end that Lambda has tried as often as it does: two weeks for somebody to look at them. */
export class Failures extends Queue {
  /** What a function may do whose events end here. */
  readonly sending: Grant

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    const statement = new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] })
    this.sending = { statements: [statement], variables: {} }
  }
}
