import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { familyOf, startHeadgate, survivors, temporaryFolder } from '../support/headgate.ts'

const folder = await temporaryFolder()
afterAll(() => folder.remove())

const at = (name: string) => join(folder.path, name)
const plain = (name: string) => ['--port', '0', '--data', at(name), '--no-demo']

describe('npm start without the demo', () => {
  it('is up at once, starts no database, and ends by SIGTERM', async () => {
    const env = {
      HEADGATE_DEMO: 'off',
      HEADGATE_PORT: '0',
      HEADGATE_DATA: at('env'),
      HEADGATE_TOKEN: 'my-own-token-of-16',
    }
    const headgate = startHeadgate({ env })
    const { origin, token } = await headgate.ready()
    expect(token).toBe('my-own-token-of-16')
    expect(await familyOf(headgate.child.pid!)).toHaveLength(1)
    const me = await fetch(`${origin}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await me.json()).toMatchObject({ id: 'admin', role: 'admin' })
    const sources = await fetch(`${origin}/v1/sources`, { headers: { authorization: `Bearer ${token}` } })
    expect(await sources.json()).toMatchObject({ items: [] })
    headgate.child.kill('SIGTERM')
    expect(await headgate.ended()).toMatchObject({ code: 0, err: '' })
    expect(existsSync(at('env/demo'))).toBe(false)
  })

  it('puts another token in the place of the one before', async () => {
    const begin = async (env: Record<string, string>) => {
      const headgate = startHeadgate({ args: plain('tokens'), env })
      const { origin, token } = await headgate.ready()
      const status = async (each: string) =>
        (await fetch(`${origin}/v1/me`, { headers: { authorization: `Bearer ${each}` } })).status
      const end = async () => {
        headgate.child.kill('SIGINT')
        await headgate.ended()
      }
      return { token, status, end }
    }
    const first = await begin({})
    await first.end()
    const second = await begin({ HEADGATE_TOKEN: 'another-token-16' })
    expect([await second.status('another-token-16'), await second.status(first.token)]).toEqual([200, 401])
    await second.end()
    const third = await begin({})
    expect(third.token).toBe('another-token-16')
    await third.end()
  })

  it('takes what a terminal and npm send for one Ctrl-C as one, and leaves nothing', async () => {
    const headgate = startHeadgate({ args: plain('npm'), npm: true })
    await headgate.ready()
    const family = await familyOf(headgate.child.pid!)
    expect(family.length).toBeGreaterThan(1)
    process.kill(-headgate.child.pid!, 'SIGINT')
    await headgate.ended()
    expect(await survivors(family)).toEqual([])
    const again = startHeadgate({ args: plain('npm') })
    await again.ready()
    again.child.kill('SIGINT')
    expect((await again.ended()).code).toBe(0)
  })

  it('is ended at once by a second Ctrl-C, while the first one waits', async () => {
    const headgate = startHeadgate({ args: plain('twice') })
    const { origin } = await headgate.ready()
    // A request that does not end holds the first one up for its moment of grace.
    const hanging = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => {})
    hanging.write('POST /v1/checks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n')
    await sleep(200)
    headgate.child.kill('SIGINT')
    await sleep(700)
    headgate.child.kill('SIGINT')
    expect((await headgate.ended()).code).toBe(130)
    hanging.destroy()
  })

  it('ends while it is still starting', async () => {
    const headgate = startHeadgate({ args: ['--port', '0', '--data', at('early')] })
    while (!existsSync(at('early/demo/postgres'))) await sleep(20)
    const family = await familyOf(headgate.child.pid!)
    headgate.child.kill('SIGINT')
    const { code, out } = await headgate.ended()
    expect(code).toBe(0)
    expect(out).not.toContain('ready')
    expect(await survivors(family)).toEqual([])
  })
})

it('ends by Ctrl-C while the flights are loaded, with what is unfinished gone', async () => {
  const headgate = startHeadgate({ args: ['--port', '0', '--data', at('loading')] })
  await headgate.ready()
  const family = await familyOf(headgate.child.pid!)
  await sleep(1000)
  headgate.child.kill('SIGINT')
  const { code, out, err } = await headgate.ended()
  expect([code, err]).toEqual([0, ''])
  expect(out).not.toContain('flights is there')
  expect(await survivors(family)).toEqual([])
})

describe('a bad start', () => {
  it.each([
    ['a port that is none', ['--port', 'ten'], {}, /--port is "ten".*0 to 65535/],
    ['a port that is too high', [], { HEADGATE_PORT: '65536' }, /HEADGATE_PORT is "65536"/],
    ['an unknown flag', ['--prot', '1'], {}, /--prot.*\n.*--help/],
    ['an argument too many', ['start'], {}, /start.*\n.*--help/],
    ['a demo that is neither on nor off', [], { HEADGATE_DEMO: 'maybe' }, /HEADGATE_DEMO is "maybe"/],
    ['a token that is too short', [], { HEADGATE_TOKEN: 'short' }, /HEADGATE_TOKEN must be 16/],
    ['a token with a space', [], { HEADGATE_TOKEN: 'sixteen and more of it' }, /HEADGATE_TOKEN must be 16/],
    ['a rule that is none', [], { HEADGATE_ALLOW: 'everything' }, /HEADGATE_ALLOW: "everything"/],
    ['a rule that may never be', [], { HEADGATE_ALLOW: '169.254.169.254:80' }, /HEADGATE_ALLOW: .*never/],
    ['a data folder that is a file', ['--data', 'package.json', '--port', '0'], {}, /package\.json cannot be/],
  ] as const)('says what is wrong with %s', async (_what, args, env, message) => {
    const { code, out, err } = await startHeadgate({ args, env: { HEADGATE_DATA: at('bad'), ...env } }).ended()
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(message)
    expect(err).not.toMatch(/ {4}at |sixteen and/)
    expect(existsSync(at('bad'))).toBe(false)
  })

  it('has a help text', async () => {
    const { code, out } = await startHeadgate({ args: ['--help'] }).ended()
    expect(code).toBe(0)
    for (const word of ['--port', '--data', '--no-demo', 'HEADGATE_TOKEN', 'HEADGATE_ALLOW'])
      expect(out).toContain(word)
  })
})
