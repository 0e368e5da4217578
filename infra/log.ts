import { RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { fullName, type Settings } from './config.ts'

/** The one log of all functions: streams carry their names, one query reads them all, and a stack holds 500 resources. */
export class Log extends LogGroup {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      logGroupName: `/headgate/${fullName(settings)}`,
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
  }
}
