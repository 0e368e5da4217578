import { BlockPublicAccess, type Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import type { Settings } from './config.ts'
import { removal } from './removal.ts'

/** What every bucket has in common: private, TLS only, encrypted by S3 itself, and emptied where it goes with the stack. */
export function privateBucket(settings: Settings): BucketProps {
  const { removalPolicy, isKept } = removal(settings)
  return {
    // With S3's own keys a reader of objects needs no right to a key, and the key of the secrets serves nothing else.
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy,
    autoDeleteObjects: !isKept,
  }
}

/** Has S3 write who fetched what from a bucket. */
export const logsOf = (serverAccessLogsBucket: Bucket, serverAccessLogsPrefix: string): BucketProps => ({
  serverAccessLogsBucket,
  serverAccessLogsPrefix,
})
