import { App } from 'aws-cdk-lib'
import { buildFunctions, dist } from './build.ts'
import { buildConnections, connectionsFolder, writeConnections } from './build-connections.ts'
import { HeadgateStack } from './stack.ts'

await buildFunctions()
const list = await buildConnections()
writeConnections(dist, list)
const app = new App()
new HeadgateStack(app, 'Headgate', { code: dist, connections: { code: connectionsFolder, list } })
app.synth()
