import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { rewriting } from '../../infra/hosting.ts'
import { appHeaders } from '../../shared/api/app-headers.ts'
import { bucketOf, functionOf, type Json, ofType, only, resources, statementsOf } from './synthesized.ts'

const text = (value: unknown): string => JSON.stringify(value)
const config: Json = only('AWS::CloudFront::Distribution')[1].Properties.DistributionConfig
const [api] = config.CacheBehaviors
const originOf = ({ TargetOriginId }: Json): Json => config.Origins.find(({ Id }: Json) => Id === TargetOriginId)
const headersOf = ({ ResponseHeadersPolicyId }: Json): Json =>
  resources[ResponseHeadersPolicyId.Ref]!.Properties.ResponseHeadersPolicyConfig

describe('the hosting', () => {
  it('serves the app and the API under one origin, over TLS', () => {
    expect(config.CacheBehaviors).toHaveLength(1)
    expect(api.PathPattern).toBe('/v1/*')
    expect([config.DefaultCacheBehavior.ViewerProtocolPolicy, api.ViewerProtocolPolicy]).toEqual([
      'redirect-to-https',
      'https-only',
    ])
    expect(text(originOf(api).DomainName)).toMatch(/RestApi|Rest[0-9A-F]+.*execute-api/)
    expect(originOf(api).OriginPath).toBeUndefined()
    expect(originOf(api).CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginReadTimeout: 60,
    })
  })

  it('keeps no answer of the API, and hands it everything but the host', () => {
    // AWS's policies CachingDisabled and AllViewerExceptHostHeader.
    expect(api.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad')
    expect(api.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac')
    expect(api.AllowedMethods).toEqual(
      expect.arrayContaining(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']),
    )
    expect(api.FunctionAssociations).toBeUndefined()
  })

  it('lets CloudFront alone read the files of the app', () => {
    const [id] = bucketOf('App')
    const origin = originOf(config.DefaultCacheBehavior)
    expect(text(origin.DomainName)).toContain(id)
    expect(origin.S3OriginConfig.OriginAccessIdentity).toBe('')
    expect(only('AWS::CloudFront::OriginAccessControl')[1].Properties.OriginAccessControlConfig).toMatchObject({
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    })
    const [, policy] = ofType('AWS::S3::BucketPolicy').find(([, { Properties }]) => Properties.Bucket.Ref === id)!
    const allowed = policy.Properties.PolicyDocument.Statement.filter(({ Effect }: Json) => Effect === 'Allow')
    expect(allowed).toHaveLength(1)
    expect(allowed[0]).toMatchObject({ Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' } })
    expect(text(allowed[0].Condition)).toContain('AWS:SourceArn')
  })

  it('sends the headers of the app, the same as on one machine, with the places that this deployment adds', () => {
    const { SecurityHeadersConfig: strict, CustomHeadersConfig: custom } = headersOf(config.DefaultCacheBehavior)
    const [objects] = bucketOf('Objects')
    const csp = text(strict.ContentSecurityPolicy.ContentSecurityPolicy)
    for (const directive of appHeaders()['content-security-policy']!.split('; '))
      expect(csp.replaceAll('"', '')).toContain(directive)
    expect(csp).toContain(objects)
    expect(csp).toContain('amazoncognito.com')
    expect(csp).not.toMatch(/unsafe-|\*/)
    const sent = {
      ...Object.fromEntries(custom.Items.map(({ Header, Value }: Json) => [Header, Value])),
      'x-content-type-options': strict.ContentTypeOptions && 'nosniff',
      'referrer-policy': strict.ReferrerPolicy.ReferrerPolicy,
      'content-security-policy': appHeaders()['content-security-policy'],
    }
    expect(sent).toEqual(appHeaders())
    expect(strict.StrictTransportSecurity).toMatchObject({ AccessControlMaxAgeSec: 31_536_000, Override: true })
  })

  it('gives what the API answers with no origin, so that bytes of a user are never a page of the app', () => {
    const { ContentSecurityPolicy, ContentTypeOptions } = headersOf(api).SecurityHeadersConfig
    expect(ContentSecurityPolicy).toEqual({
      ContentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; sandbox",
      Override: true,
    })
    expect(ContentTypeOptions.Override).toBe(true)
  })

  it.each([
    ['/', '/index.html'],
    ['/device', '/index.html'],
    ['/sources/warehouse/tables/public.orders', '/index.html'],
    ['/objects/user/report.csv', '/index.html'],
    ['/index.html', '/index.html'],
    ['/app.json', '/app.json'],
    ['/favicon.svg', '/favicon.svg'],
    ['/assets/index-Bx1.js', '/assets/index-Bx1.js'],
    ['/assets/fonts/a.woff2', '/assets/fonts/a.woff2'],
    ['/assets/', '/index.html'],
  ])('answers %s with the file %s', (uri, file) => {
    const found = runInNewContext(`${rewriting}; handler(event)`, { event: { request: { uri } } })
    expect(found.uri).toBe(file)
    expect(only('AWS::CloudFront::Function')[1].Properties.FunctionCode).toBe(rewriting)
  })

  it('has the files put by a function that may write to their bucket and nothing else', () => {
    const [id] = bucketOf('App')
    const actions = statementsOf('deployApp').filter(({ Action }) => !/^(logs|xray):/.test([Action].flat()[0]))
    expect(actions.map(({ Action, Resource }) => [Action, text(Resource).includes(id)])).toEqual([
      [['s3:DeleteObject', 's3:PutObject'], true],
      ['s3:ListBucket', true],
    ])
    const [, files] = only('Custom::HeadgateApp')
    expect(resources[files.Properties.ServiceToken['Fn::GetAtt'][0]]).toBe(functionOf('deployApp'))
    expect(text(files.Properties.app)).toContain('signIn')
  })
})
