import { CustomResource, Duration, FileSystem, Stack } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Code } from 'aws-cdk-lib/aws-lambda'
import type { ILogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { appHeaders } from '../shared/api/app-headers.ts'
import { fullName, type Settings } from './config.ts'
import { signInOrigins } from './identity.ts'
import { ownFunction } from './own-function.ts'
import { logsOf, privateBucket } from './private-bucket.ts'

export interface HostingProps {
  /** The host of the API, whose paths begin with `/v1`. */
  readonly apiHost: string
  /** The folder of the function that puts the Data App's files into place, with the files. */
  readonly code: string
  /** Where links to objects lead. */
  readonly objects: Bucket
  readonly accessLog: Bucket
  readonly log: ILogGroup
}

/** The Data App and the API under one origin, behind CloudFront. Nothing but CloudFront reads the bucket of the app. */
export class Hosting extends Construct {
  /** `https://d111111abcdef8.cloudfront.net`, or the domain of the configuration. */
  readonly url: string
  readonly #bucket: Bucket
  readonly #settings: Settings
  readonly #code: string
  readonly #log: ILogGroup

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    { apiHost, code, objects, accessLog, log }: HostingProps,
  ) {
    super(scope, id)
    this.#settings = settings
    this.#code = code
    this.#log = log
    this.#bucket = new Bucket(this, 'App', {
      ...privateBucket({ ...settings, keepsData: false }),
      autoDeleteObjects: false,
      ...logsOf(accessLog, 'app/'),
    })
    const { domain } = settings
    const distribution = new Distribution(this, 'Distribution', {
      comment: fullName(settings),
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      ...(domain && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // What may be kept says so itself: names with a hash for a year, pages not at all.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#appPolicy(objects),
        functionAssociations: [{ function: this.#rewriting(), eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        '/v1/*': {
          origin: new HttpOrigin(apiHost, {
            protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
            // A stream may be silent for a while between two of its chunks.
            readTimeout: Duration.seconds(60),
          }),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy: this.#apiPolicy(),
        },
      },
    })
    this.url = `https://${domain?.name ?? distribution.distributionDomainName}`
    if (domain?.hostedZoneId)
      for (const type of ['A', 'AAAA'])
        new CfnRecordSet(this, `Record${type}`, {
          hostedZoneId: domain.hostedZoneId,
          name: domain.name,
          type,
          // The one zone of all distributions.
          aliasTarget: { dnsName: distribution.distributionDomainName, hostedZoneId: 'Z2FDTNDATAQYW2' },
        })
  }

  /** Puts the files of the Data App into place, and `app.json` with what it has to know of this deployment. */
  deploy(appJson: object): void {
    const fn = ownFunction(this, 'Deployer', {
      name: `${fullName(this.#settings)}-deployApp`,
      description: 'Put the Data App into its bucket',
      code: Code.fromAsset(this.#code, { exclude: ['*.map'] }),
      handler: 'deploy-app.handler',
      timeout: Duration.minutes(5),
      logGroup: this.#log,
      grant: {
        statements: [
          new PolicyStatement({
            actions: ['s3:PutObject', 's3:DeleteObject'],
            resources: [this.#bucket.arnForObjects('*')],
          }),
          new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.#bucket.bucketArn] }),
        ],
        variables: { HEADGATE_APP_BUCKET: this.#bucket.bucketName },
      },
    })
    new CustomResource(this, 'Files', {
      serviceToken: fn.functionArn,
      resourceType: 'Custom::HeadgateApp',
      serviceTimeout: Duration.minutes(6),
      // Another build has the files put anew.
      properties: { app: Stack.of(this).toJsonString(appJson), build: FileSystem.fingerprint(this.#code) },
    })
  }

  #appPolicy(objects: Bucket): ResponseHeadersPolicy {
    const {
      'content-security-policy': contentSecurityPolicy = '',
      'x-content-type-options': _nosniff,
      'referrer-policy': _noReferrer,
      ...others
    } = appHeaders({
      objects: [`https://${objects.bucketRegionalDomainName}`],
      signIn: signInOrigins(this, this.#settings),
    })
    return new ResponseHeadersPolicy(this, 'AppHeaders', {
      ...named(this.#settings, 'app'),
      securityHeadersBehavior: { ...strict, contentSecurityPolicy: { contentSecurityPolicy, override: true } },
      customHeadersBehavior: {
        customHeaders: Object.entries(others).map(([header, value]) => ({ header, value, override: true })),
      },
    })
  }

  /** Whatever the API gives out, users' bytes too, is nobody's page: a browser that shows it gives it no origin. */
  #apiPolicy(): ResponseHeadersPolicy {
    const contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return new ResponseHeadersPolicy(this, 'ApiHeaders', {
      ...named(this.#settings, 'api'),
      securityHeadersBehavior: { ...strict, contentSecurityPolicy: { contentSecurityPolicy, override: true } },
    })
  }

  #rewriting(): EdgeFunction {
    return new EdgeFunction(this, 'Rewriting', {
      functionName: `${fullName(this.#settings)}-rewriting`,
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(rewriting),
      comment: 'Pages of the Data App are one file.',
    })
  }
}

/** Files are in `/assets/` or have one name with an ending; every other path is a page of the app. In CloudFront's JS. */
export const rewriting = `function handler(event) {
  var request = event.request
  if (!/^\\/(assets\\/.+|[^/]+\\.[a-z0-9]+)$/i.test(request.uri)) request.uri = '/index.html'
  return request
}
`

const named = (settings: Settings, what: string) => ({ responseHeadersPolicyName: `${fullName(settings)}-${what}` })

const strict = {
  contentTypeOptions: { override: true },
  frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
  referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
  strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
}
