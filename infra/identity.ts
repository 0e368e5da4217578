import { Aws, Duration, Stack } from 'aws-cdk-lib'
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
import { fullName, type Settings } from './config.ts'
import { removal } from './removal.ts'

/** Who says who somebody is: what the Data App signs in with, and what the API verifies tokens against. */
export interface SignIn {
  readonly issuer: string
  readonly clientId: string
  /** The `aud` of access tokens; null where the issuer is Cognito, whose access tokens name their client otherwise. */
  readonly audience: string | null
  readonly jwksUri: string
  readonly groupsClaim: string
}

/** The pages to sign in have a name that is unique in the region. */
const domainPrefix = (settings: Settings): string => `${fullName(settings).toLowerCase()}-${Aws.ACCOUNT_ID}`

/** Origins that the Data App speaks to while it signs people in: known before anything is made. */
export const signInOrigins = (scope: Construct, settings: Settings): readonly string[] => {
  const { region } = Stack.of(scope)
  return settings.signIn
    ? [new URL(settings.signIn.issuer).origin]
    : [
        `https://cognito-idp.${region}.amazonaws.com`,
        `https://${domainPrefix(settings)}.auth.${region}.amazoncognito.com`,
      ]
}

/** What a configuration says of a provider of your own. */
export const ownSignIn = (own: NonNullable<Settings['signIn']>): SignIn => ({
  issuer: own.issuer,
  clientId: own.clientId,
  audience: own.audience ?? own.clientId,
  jwksUri: own.jwksUri,
  groupsClaim: own.groupsClaim,
})

/** Where the command `headgate login` waits for the browser: providers compare addresses letter by letter. */
const loopbackPorts = [8976, 8977, 8978]

/**
 * Who may sign in: a user pool with a group for each role, into which administrators put people. The plan Essentials is
 * free for the first 10,000 people a month and brings the pages to sign in.
 */
export class Identity extends Construct {
  readonly pool: UserPool
  readonly client: UserPoolClient
  readonly signIn: SignIn

  constructor(scope: Construct, id: string, settings: Settings, { appUrl }: { readonly appUrl: string }) {
    super(scope, id)
    const { removalPolicy, isKept } = removal(settings)
    this.pool = new UserPool(this, 'Pool', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: false,
        requireLowercase: false,
        requireSymbols: false,
        requireUppercase: false,
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: isKept,
      removalPolicy,
    })
    for (const [i, groupName] of roles.toReversed().entries())
      new CfnUserPoolGroup(this, groupName, { userPoolId: this.pool.userPoolId, groupName, precedence: i })
    this.client = this.pool.addClient('App', {
      // A browser keeps no secret: PKCE it is.
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE, OAuthScope.EMAIL],
        callbackUrls: [`${appUrl}/signed-in`, ...loopbackPorts.map((port) => `http://127.0.0.1:${port}/signed-in`)],
        logoutUrls: [appUrl],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity: Duration.days(7),
    })
    this.pool.addDomain('Domain', { cognitoDomain: { domainPrefix: domainPrefix(settings) } })
    const issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${this.pool.userPoolId}`
    this.signIn = {
      issuer,
      clientId: this.client.userPoolClientId,
      audience: null,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      groupsClaim: 'cognito:groups',
    }
  }
}
