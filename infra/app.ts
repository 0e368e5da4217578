import { App } from 'aws-cdk-lib'
import { buildFunctions, dist } from './build.ts'
import { HeadgateStack } from './stack.ts'

await buildFunctions()
const app = new App()
new HeadgateStack(app, 'Headgate', { code: dist })
app.synth()
