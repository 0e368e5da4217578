import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib'
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { afterAll, expect, it } from 'vitest'
import { buildConnections, writeConnections } from '../../infra/build-connections.ts'
import { defineConfig } from '../../infra/config.ts'
import type { HeadgateProps } from '../../infra/headgate.ts'
import { HeadgateStack } from '../../infra/stack.ts'
import { code, hostingCode, type Json } from './synthesized.ts'

const folder = mkdtempSync(join(tmpdir(), 'headgate-nag-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What both packs find in a deployment and nobody has said why it stays. */
function findings(name: string, config: HeadgateProps, planted?: (stack: HeadgateStack) => void) {
  const outdir = join(folder, name)
  const app = new App({ outdir, analyticsReporting: false })
  const packs = [new AwsSolutionsChecks(app), new ServerlessChecks(app)] as readonly IPolicyValidationPlugin[]
  Validations.of(app).addPlugins(...packs)
  const stack = new HeadgateStack(app, 'Headgate', { functionsCode: code, hostingCode, ...config })
  planted?.(stack)
  try {
    app.synth()
  } catch (thrown) {
    if (!String(thrown).startsWith('ValidationFailed')) throw thrown
  }
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'))
  return pluginReports.flatMap(({ violations }: Json) =>
    violations.flatMap(({ ruleName, violatingConstructs }: Json) =>
      violatingConstructs.map(({ constructPath }: Json) => `${ruleName} ${constructPath}`),
    ),
  )
}

/** Connections of one's own code among them. */
const functionsCode = join(folder, 'functions')
const connectionsCode = join(folder, 'connections')
mkdirSync(functionsCode)
writeFileSync(join(functionsCode, 'authorizer.mjs'), '')
writeConnections(functionsCode, await buildConnections({ outdir: connectionsCode }))

const everything = defineConfig({
  name: 'Lab',
  stage: 'dev',
  domain: { name: 'data.example.org', certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x' },
  network: {
    vpcId: 'vpc-0a1b2c3d',
    subnetIds: ['subnet-0a1b2c3d'],
    routeTableIds: ['rtb-0a1b2c3d'],
    endpoints: ['ssm'],
  },
  allow: ['10.0.0.0/8:5432', 'db.internal:1521'],
  readable: ['/prod/db/password'],
  roles: ['arn:aws:iam::123456789012:role/lake-reader'],
  alarmEmail: 'team@example.org',
  monthlyBudget: 50,
  keepsData: true,
})

it.each([
  ['as it comes', {}],
  ['with everything that can be configured', { ...everything, functionsCode, connectionsCode }],
])(
  'cdk-nag finds nothing in a deployment %s that nobody has given a reason for',
  (name, config) => {
    expect(findings(name, config)).toEqual([])
    const { Resources } = JSON.parse(readFileSync(join(folder, name, `Headgate.template.json`), 'utf8'))
    const names = Object.values<Json>(Resources).map(({ Properties }) => Properties?.FunctionName)
    const hasConnections = names.some((each) => typeof each === 'string' && each.includes('-connection-'))
    expect(hasConnections).toBe('connectionsCode' in config)
    const told = Object.values<Json>(Resources)
      .filter(({ Type }) => Type === 'AWS::Budgets::Budget')
      .flatMap(({ Properties }) => Properties.NotificationsWithSubscribers)
      .map(({ Notification, Subscribers: [{ Address }] }) => [Notification.Threshold, Address])
    const spend = [80, 100].map((percent) => [percent, everything.alarmEmail])
    expect(told).toEqual('monthlyBudget' in config ? spend : [])
  },
  120_000,
)

it('cdk-nag finds what nobody has given a reason for', () => {
  const found = findings('planted', {}, (stack) => {
    stack.headgate.storage.accessLog.node.tryRemoveChild('Policy')
    const [runtime, handler, code] = [Runtime.NODEJS_24_X, 'x.handler', Code.fromInline('x')]
    new Lambda(stack, 'Planted', { runtime, handler, code })
  }).join('\n')
  for (const rule of ['AwsSolutions-S10', 'AwsSolutions-IAM4', 'Serverless-LambdaTracing'])
    expect(found).toContain(rule)
})
