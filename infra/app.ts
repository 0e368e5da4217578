import { App } from 'aws-cdk-lib'
import config from '../headgate.config.ts'
import { buildAll } from './build.ts'
import { fullName } from './config.ts'
import { HeadgateStack } from './stack.ts'

const app = new App()
await buildAll({ placeholder: app.node.tryGetContext('placeholder') !== undefined })
new HeadgateStack(app, fullName(config), config)
app.synth()
