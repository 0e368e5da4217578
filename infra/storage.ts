import { Duration } from 'aws-cdk-lib'
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Bucket, HttpMethods } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { Settings } from './config.ts'
import { logsOf, privateBucket } from './private-bucket.ts'
import { removal } from './removal.ts'

/** What outlives every deployment: the catalog's table and the bucket of objects. */
export class Storage extends Construct {
  readonly table: Table
  readonly bucket: Bucket
  /** Who fetched and wrote which object, as S3 tells it: links to objects bypass the API and its log. */
  readonly accessLog: Bucket

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)
    const { removalPolicy, isKept } = removal(settings)
    this.table = new Table(this, 'Catalog', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires',
      // Who delivers events is invoked by it.
      stream: StreamViewType.KEYS_ONLY,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isKept,
      removalPolicy,
    })
    this.accessLog = new Bucket(this, 'AccessLog', {
      ...privateBucket(settings),
      lifecycleRules: [{ expiration: Duration.days(settings.logDays) }],
    })
    this.bucket = new Bucket(this, 'Objects', {
      ...privateBucket(settings),
      ...logsOf(this.accessLog, 'objects/'),
      versioned: true,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(2) },
        { noncurrentVersionExpiration: Duration.days(settings.restoreDays), expiredObjectDeleteMarker: true },
      ],
      cors: [
        {
          // Links carry their own right to one object and no cookies: the origin is a second fence, not the first.
          allowedOrigins: [settings.domain ? `https://${settings.domain.name}` : 'https://*.cloudfront.net'],
          allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag', 'Content-Range', 'Content-Length'],
          maxAge: 3600,
        },
      ],
    })
    // A link lives for an hour at most, whatever it was signed for.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { NumericGreaterThan: { 's3:signatureAge': 3_700_000 } },
      }),
    )
  }
}
