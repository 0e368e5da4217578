import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { program } from '../support/cli.ts'
import { root } from '../support/code.ts'

/** Makes this Node say that it is another one, before anything is run. */
const asNode = (version: string) =>
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', asNode('20.19.0'), program, ...args], { encoding: 'utf8' })

describe('headgate on an older Node', () => {
  it('runs on the one that the project brings, with its exit code, or says what it needs', () => {
    const { status, stdout, stderr } = run('--version')
    if (!existsSync(join(root, 'node_modules/.bin/node'))) {
      expect(stderr).toBe('headgate needs Node 24 or newer; this is Node 20.19.0.\n')
      return
    }
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' })
    expect(run('nothing').status).toBe(2)
  })
})
