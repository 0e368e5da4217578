import { Duration } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'

/** How often each task of `functions/tidy.ts` is done. */
const tasks = { resume: Duration.hours(1), retain: Duration.hours(6), sweep: Duration.days(1) } as const

/** Has the tidying done by schedules, through a role that may invoke that one function. */
export class Tidying extends Construct {
  constructor(scope: Construct, id: string, { tidy }: { readonly tidy: Lambda }) {
    super(scope, id)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [tidy.functionArn] })],
        }),
      },
    })
    for (const [task, every] of Object.entries(tasks))
      new CfnSchedule(this, task, {
        scheduleExpression: `rate(${every.toHours()} hour${every.toHours() === 1 ? '' : 's'})`,
        flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
        target: {
          arn: tidy.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ task }),
          retryPolicy: { maximumRetryAttempts: 2 },
        },
      })
  }
}
