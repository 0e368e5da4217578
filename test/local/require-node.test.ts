import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { root } from '../support/code.ts'
import { temporaryFolder } from '../support/headgate.ts'

const folder = await temporaryFolder()
afterAll(() => folder.remove())

/** What an older Node is told, in a checkout with or without the Node that npm brings. */
const told = (version: string) => {
  const program = `
    import { requireNode } from ${JSON.stringify(join(folder.path, 'local/require-node.mjs'))}
    const write = process.stderr.write
    let said = ''
    process.stderr.write = (text) => { said += text }
    const is = requireNode('npm start', ${JSON.stringify(version)})
    console.log(JSON.stringify({ is, said, code: process.exitCode ?? 0 }))
    process.exitCode = 0`
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }))
}

it('tells an older Node what to do, and lets a newer one pass', () => {
  mkdirSync(join(folder.path, 'local'))
  cpSync(join(root, 'local/require-node.mjs'), join(folder.path, 'local/require-node.mjs'))
  expect(told('24.0.0')).toEqual({ is: true, said: '', code: 0 })
  expect(told('26.1.0').is).toBe(true)
  const without = told('20.20.2')
  expect(without).toMatchObject({ is: false, code: 1 })
  expect(without.said).toMatch(/needs Node 24 or newer; this is Node 20\.20\.2\.\n(Run `npm ci`|Install Node 24)/)
  mkdirSync(join(folder.path, 'node_modules/.bin/node'), { recursive: true })
  expect(told('22.1.0').said).toContain('start with `npm start`')
})
