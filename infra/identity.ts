import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito'
import { Construct } from 'constructs'
import { roles } from '../shared/domain/caller.ts'

/** Where the Data App is served, and where it comes back to from signing in. */
const localApp = 'http://localhost:7420'

/** Where the command `headgate login` waits for the browser: providers compare addresses letter by letter. */
const loopbackPorts = [8976, 8977, 8978]

/**
 * Who may sign in: a user pool with a group for each role, into which administrators put people. The plan Essentials is
 * free for the first 10,000 people a month and brings the pages to sign in. Deleting the stack keeps the pool.
 */
export class Identity extends Construct {
  readonly pool: UserPool
  readonly client: UserPoolClient

  constructor(scope: Construct, id: string, { appUrl = localApp }: { readonly appUrl?: string | undefined } = {}) {
    super(scope, id)
    this.pool = new UserPool(this, 'Pool', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: { minLength: 12, requireDigits: false, requireSymbols: false, requireUppercase: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    for (const [i, groupName] of roles.toReversed().entries())
      new CfnUserPoolGroup(this, groupName, { userPoolId: this.pool.userPoolId, groupName, precedence: i })
    this.client = this.pool.addClient('App', {
      // A browser keeps no secret: PKCE it is.
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [`${appUrl}/signed-in`, ...loopbackPorts.map((port) => `http://127.0.0.1:${port}/signed-in`)],
        logoutUrls: [appUrl],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity: Duration.days(7),
    })
    this.pool.addDomain('Domain', { cognitoDomain: { domainPrefix: `headgate-${Aws.ACCOUNT_ID}` } })
  }
}
