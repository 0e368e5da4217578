import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { defineConfig, fullName, keepsData } from './config.ts'
import { Headgate, type HeadgateProps } from './headgate.ts'
import { Outputs } from './outputs.ts'

/** Headgate in one account and region, as a stack of its own. Nothing in it costs by the hour but the key. */
export class HeadgateStack extends Stack {
  readonly headgate: Headgate

  constructor(scope: Construct, id: string, props: HeadgateProps = {}) {
    const { functionsCode: _, hostingCode: __, connectionsCode: ___, ...config } = props
    const settings = defineConfig(config)
    const { account, region } = settings
    super(scope, id, {
      stackName: fullName(settings),
      description: 'Headgate: one place for a team’s data sources.',
      env: { account, region },
      terminationProtection: keepsData(settings),
    })
    this.headgate = new Headgate(this, 'Headgate', props)
    new Outputs(this, 'Outputs', this.headgate)
  }
}
