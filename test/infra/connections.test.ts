import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { afterAll, describe, expect, it } from 'vitest'
import { buildConnections, writeConnections } from '../../infra/build-connections.ts'
import { Connections } from '../../infra/connections.ts'
import { HeadgateStack } from '../../infra/stack.ts'
import { operations } from '../../shared/api/index.ts'

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
const folder = mkdtempSync(join(tmpdir(), 'headgate-connections-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const code = join(folder, 'code')
const connections = await buildConnections({ outdir: code })
const stack = new Stack(new App({ outdir: join(folder, 'out'), analyticsReporting: false }), 'Headgate')
const bucket = new Bucket(stack, 'Objects')
const { grant } = new Connections(stack, 'Connections', { name: 'Headgate', code, connections, bucket })
const template = Template.fromStack(stack)

describe('the functions of connections', () => {
  it('are one for each folder of connections, in the runtime of its language', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => [
      Properties.FunctionName,
      Properties.Runtime,
      Properties.Handler,
    ])
    expect(functions.toSorted()).toEqual([
      ['Headgate-connection-exchange-rates', 'nodejs24.x', 'run-connection.handler'],
      ['Headgate-connection-weather-stations', 'python3.14', 'run_connection.handler'],
    ])
    for (const file of ['exchange-rates/run-connection.mjs', 'exchange-rates/run-typescript.mjs'])
      expect(existsSync(join(code, file)), file).toBe(true)
    for (const file of ['run_connection.py', 'run-python.py', 'connection/connection.py'])
      expect(existsSync(join(code, 'weather-stations', file)), file).toBe(true)
  })

  it('may write to their log and below their own prefix, and nothing else', () => {
    const roles = Object.values(template.findResources('AWS::IAM::Role'))
    expect(roles).toHaveLength(connections.length)
    const prefixes = roles.map(({ Properties }) => {
      expect(Properties.ManagedPolicyArns).toBeUndefined()
      expect(Properties.Policies).toHaveLength(1)
      const statements = Properties.Policies[0].PolicyDocument.Statement
      expect(statements.map(({ Action }: { Action: unknown }) => list(Action))).toEqual([
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        ['s3:PutObject'],
      ])
      return statements[1].Resource['Fn::Join'][1].at(-1)
    })
    expect(prefixes.toSorted()).toEqual(connections.map(({ name }) => `/connection-output/${name}/*`).toSorted())
    template.resourceCountIs('AWS::IAM::Policy', 0)
  })

  it('are given no variable but where their output goes', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function')))
      expect(Object.keys(Properties.Environment.Variables)).toEqual(['HEADGATE_BUCKET', 'HEADGATE_OUTPUT'])
  })

  it('are invoked by who opens sources, who may read and delete their output and nothing else', () => {
    const statements = grant.statements.map((statement) => stack.resolve(statement.toStatementJson()))
    expect(statements.map(({ Action }) => list(Action))).toEqual([
      ['lambda:InvokeFunction'],
      ['s3:GetObject', 's3:DeleteObject'],
    ])
    expect(JSON.stringify(statements[0].Resource)).toContain(':function:Headgate-connection-*')
    expect(JSON.stringify(statements[1].Resource)).toContain('/connection-output/*')
    expect(grant.variables.HEADGATE_CONNECTIONS).toBe('Headgate-connection-')
  })

  it('are what every function that opens sources may invoke in a deployment that has them, and no other', () => {
    const dist = join(folder, 'dist')
    mkdirSync(dist)
    for (const name of ['authorizer.mjs', 'deploy-app.mjs']) writeFileSync(join(dist, name), '')
    writeConnections(dist, connections)
    const app = new App({ outdir: join(folder, 'whole'), analyticsReporting: false })
    const whole = Template.fromStack(
      new HeadgateStack(app, 'Headgate', { functionsCode: dist, hostingCode: dist, connectionsCode: code }),
    )
    const roles = Object.entries(whole.findResources('AWS::IAM::Role'))
    const invokes = (role: unknown) => JSON.stringify(role).includes(':function:Headgate-connection-*')
    for (const [id, { needs }] of Object.entries(operations)) {
      const [, role] = roles.find(([name]) => new RegExp(`Functions${id}Role[0-9A-F]{8}$`).test(name))!
      const opens = 'sources' in needs && (needs.sources === 'open' || needs.sources === 'try')
      expect(invokes(role), id).toBe(opens)
    }
    const named = Object.values(whole.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.FunctionName,
    )
    expect(named).toEqual(expect.arrayContaining(['Headgate-connection-exchange-rates', 'Headgate-readRows']))
  })

  it('leave nothing in the bucket for longer than a day', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [{ Prefix: 'connection-output/', ExpirationInDays: 1 }] },
    })
  })

  it('have names that fit, and differ, however long those of the connections are', async () => {
    const long = join(folder, 'long')
    const names = ['a'.repeat(63), `${'a'.repeat(62)}b`]
    for (const name of names) {
      mkdirSync(join(long, name), { recursive: true })
      writeFileSync(join(long, name, 'connection.py'), '')
    }
    const built = await buildConnections({ folder: long, outdir: join(folder, 'long-code') })
    const suffixes = built.map(({ suffix }) => suffix)
    expect(new Set(suffixes).size).toBe(2)
    for (const suffix of suffixes) expect(suffix.length).toBeLessThanOrEqual(24)
  })
})
