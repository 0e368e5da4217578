import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../support/code.ts'
import { securityOf } from './security.ts'
import type { Json } from './synthesized.ts'

const file = join(root, 'test/golden/security.txt')

/** Holds what a template says of security against what was reviewed. */
export function securityCases(template: Json): void {
  const found = securityOf(template)
  if (process.env.HEADGATE_WRITE_GOLDEN !== undefined) writeFileSync(file, found)

  describe('what the template says of security', () => {
    it('is what was reviewed: HEADGATE_WRITE_GOLDEN=1 writes it anew, and the change is read with the others', () => {
      const reviewed = existsSync(file) ? readFileSync(file, 'utf8') : ''
      expect(found.split('\n')).toEqual(reviewed.split('\n'))
    })

    it('does not change with the code that is deployed', () => {
      const copy: Json = structuredClone(template)
      for (const { Properties } of Object.values<Json>(copy.Resources))
        if (Properties?.Code?.S3Key) Properties.Code.S3Key = 'other.zip'
      expect(securityOf(copy)).toBe(found)
    })

    it.each<readonly [what: string, change: (properties: (type: string) => Json) => void]>([
      [
        'a wider action',
        (of) => Object.assign(of('AWS::IAM::Role').Policies[0].PolicyDocument.Statement[0], { Action: '*' }),
      ],
      ['a condition that went', (of) => delete of('AWS::S3::BucketPolicy').PolicyDocument.Statement[0].Condition],
      ['a bucket that became public', (of) => delete of('AWS::S3::Bucket').PublicAccessBlockConfiguration],
      [
        'a route that asks nobody',
        (of) => Object.assign(of('AWS::ApiGateway::RestApi').Body.paths['/sources'].get, { security: [] }),
      ],
      [
        'a header that went',
        (of) => delete of('AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig.SecurityHeadersConfig,
      ],
      ['a key that is not turned over', (of) => delete of('AWS::KMS::Key').EnableKeyRotation],
      ['logs that are kept for a day', (of) => Object.assign(of('AWS::Logs::LogGroup'), { RetentionInDays: 1 })],
      [
        'a worker without a bound',
        (of) => Object.assign(of('AWS::Lambda::Function'), { ReservedConcurrentExecutions: 999 }),
      ],
    ])('shows %s', (_, change) => {
      const copy: Json = structuredClone(template)
      change((type) => Object.values<Json>(copy.Resources).find(({ Type }) => Type === type).Properties)
      expect(securityOf(copy)).not.toBe(found)
    })
  })
}
