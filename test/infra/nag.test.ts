import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { expect, it } from 'vitest'
import { HeadgateStack } from '../../infra/stack.ts'
import { code, hostingCode } from './synthesized.ts'

it('x', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-nag-'))
  const app = new App({ outdir: folder, analyticsReporting: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
  new HeadgateStack(app, 'Headgate', { functionsCode: code, hostingCode })
  try { app.synth() } catch (e) { console.log(String(e).slice(0, 500)) }
  const report = JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8'))
  console.log(JSON.stringify(report).slice(0, 3000))
})
