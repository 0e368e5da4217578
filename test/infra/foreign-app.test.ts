import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildFunctions, buildHosting } from '../../infra/build.ts'
import { buildPackage } from '../../infra/build-package.ts'
import { root } from '../support/code.ts'
import type { Json } from './synthesized.ts'

const app = `import { App, Stack } from 'aws-cdk-lib'
import { Headgate, Outputs, type HeadgateProps } from 'headgate/cdk'

const props: HeadgateProps = { name: 'Lab', stage: 'dev', allow: ['10.0.0.0/8:5432'], workers: 20 }
const app = new App()
const stack = new Stack(app, 'Theirs')
const headgate = new Headgate(stack, 'Data', props)
headgate.storage.bucket.bucketName satisfies string
new Outputs(stack, 'Outputs', headgate)
app.synth()
`

describe('the app of another', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-foreign-'))
  const packages = join(folder, 'node_modules')
  const installed = join(packages, 'headgate')

  beforeAll(async () => {
    mkdirSync(installed, { recursive: true })
    cpSync(join(root, 'package.json'), join(installed, 'package.json'))
    for (const name of readdirSync(join(root, 'node_modules')))
      if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(packages, name))
    const dist = (name: string) => join(installed, 'dist', name)
    await Promise.all([
      buildPackage(dist('cdk')),
      buildFunctions(dist('functions')),
      buildHosting({ outdir: dist('hosting'), app: join(folder, 'no-app'), placeholder: true }),
    ])
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'app.ts'), app)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (program: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
    expect(status, stdout + stderr).toBe(0)
  }

  it('has the construct from the package, with its types, and synthesizes it', () => {
    const compiler = ['--module', 'nodenext', '--strict', '--skipLibCheck', '--noEmit', '--types', '', 'app.ts']
    run(join(root, 'node_modules/.bin/tsc'), ...compiler)
    run(process.execPath, '--input-type=module', '--eval', "process.env.CDK_OUTDIR = 'out'; await import('./app.ts')")
    const template: Json = JSON.parse(readFileSync(join(folder, 'out/Theirs.template.json'), 'utf8'))
    const resources = Object.values<Json>(template.Resources)
    const names = resources.flatMap(({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' ? [Properties.FunctionName] : [],
    )
    expect(names).toContain('Lab-dev-listSources')
    const reserved = resources.flatMap(({ Properties }) =>
      Properties?.ReservedConcurrentExecutions
        ? [[Properties.FunctionName, Properties.ReservedConcurrentExecutions]]
        : [],
    )
    expect(reserved).toEqual([['Lab-dev-extractPartition', 20]])
    expect(Object.keys(template.Outputs)).toContain('AppUrl')
    const api = resources.find(({ Type }) => Type === 'AWS::ApiGateway::RestApi')
    expect(JSON.stringify(api.Properties.Body)).toContain(':function:Lab-dev-listSources/')
    // A stage that keeps nothing leaves no data.
    const data = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Cognito::UserPool']
    for (const { Type, DeletionPolicy, Properties } of resources.filter(({ Type }) => data.includes(Type))) {
      expect(DeletionPolicy, Type).toBe('Delete')
      expect(JSON.stringify(Properties)).not.toMatch(/"Deletion(ProtectionEnabled":true|Protection":"ACTIVE)/)
    }
  })

  it('is told what is missing from a package that is not built', () => {
    rmSync(join(installed, 'dist/hosting/deploy-app.mjs'))
    const { stderr } = spawnSync(process.execPath, ['app.ts'], { cwd: folder, encoding: 'utf8' })
    expect(stderr).toContain('run `npm run build`')
  })

  it('gets everything that it needs: the package names the folders', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(files).toEqual(expect.arrayContaining(['dist/cdk', 'dist/functions', 'dist/hosting']))
  })
})
