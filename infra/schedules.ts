import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import type { Place } from './grants.ts'

/**
 * Where the schedules of datasources are: a group of their own, which goes with the stack and all that is in it, and the
 * role by which they may invoke the two functions.
 */
export class Schedules extends Construct {
  readonly group: string
  readonly waker: string
  readonly deliverer: string
  readonly role: string

  constructor(scope: Construct, id: string, { waker, deliverer }: Pick<Place['schedules'], 'waker' | 'deliverer'>) {
    super(scope, id)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [waker, deliverer] })],
        }),
      },
    })
    this.waker = waker
    this.deliverer = deliverer
    this.role = role.roleArn
    this.group = new CfnScheduleGroup(this, 'Group').ref
  }
}
