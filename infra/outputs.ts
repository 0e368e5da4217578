import { CfnOutput, Fn, Stack } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { Headgate } from './headgate.ts'

/** What whoever has deployed pastes next. */
export class Outputs extends Construct {
  constructor(scope: Construct, id: string, headgate: Headgate) {
    super(scope, id)
    const { region } = Stack.of(this)
    const { identity, network } = headgate
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name)
    output('AppUrl', headgate.url, 'The Data App; the API is at /v1 below it.')
    output('ApiUrl', headgate.apiUrl, 'The API by itself: paths begin with /v1 behind it.')
    output(
      'Dashboard',
      `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${headgate.dashboardName}`,
      'How things are going.',
    )
    output('Database', headgate.databaseName, 'Of Glue: where Athena finds the datasets.')
    output('EventBus', headgate.eventBusName, 'Where events go; source: headgate.')
    output(
      'FirstToken',
      `aws lambda invoke --region ${region} --function-name ${headgate.functions.makeToken.functionName} --cli-binary-format raw-in-base64-out --payload '{"caller":"admin","role":"admin"}' /dev/stdout`,
      'Makes a token for an administrator and shows it once.',
    )
    if (identity) {
      const { userPoolId } = identity.pool
      output('UserPool', userPoolId, 'Who may sign in; groups are roles.')
      output('UserPoolClient', identity.client.userPoolClientId, 'What the Data App signs in as.')
      output(
        'FirstAdmin',
        Fn.join('', [
          `aws cognito-idp admin-create-user --region ${region} --user-pool-id `,
          userPoolId,
          ' --username YOU@EXAMPLE.ORG --user-attributes Name=email,Value=YOU@EXAMPLE.ORG Name=email_verified,Value=true',
          ` && aws cognito-idp admin-add-user-to-group --region ${region} --user-pool-id `,
          userPoolId,
          ' --username YOU@EXAMPLE.ORG --group-name admin',
        ]),
        'Lets the first administrator in, who gets a password by mail.',
      )
    }
    if (network) output('SecurityGroup', network.securityGroupId, 'What your databases have to let in.')
  }
}
