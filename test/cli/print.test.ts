import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { argumentsOf, type Command, type Options, wordsOf } from '../../cli/command.ts'
import { commands } from '../../cli/commands.ts'
import { createContext, Printed } from '../../cli/context.ts'

/** What has no request of its own to print: it is about this machine, or prompts, or plans first. */
const local =
  /^(login|logout|completion|dev|doctor|cost|connection \w+|apply|auth logout|config \w+|__complete|data url)( |$)/
const asked = commands.filter(({ usage }) => !local.test(usage))

const sayings: Readonly<Record<string, string>> = {
  '<source/table>': 'lab/movies',
  '<source/path>': 'lab/a/b.csv',
  '<what>': 'lab/movies',
  '[sql]': 'select 1',
  '<version>': '1',
  '<scope>': 'user',
  '<operation>': 'getMe',
  '<to>': 'headgate://user/x',
}
const more: Readonly<Record<string, Options>> = {
  'connectors create': { kind: 'postgres' },
  'connectors check': { kind: 'postgres' },
  'datasources create': { table: 't' },
  'schedules set': { every: '1d' },
}

describe('--print-curl and --print-python', () => {
  let home: string
  let file: string
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'headgate-print-'))
    file = join(home, 'file')
    await writeFile(file, 'bytes')
  })
  afterAll(() => rm(home, { recursive: true, force: true }))
  afterEach(() => vi.restoreAllMocks())

  async function printed(command: Command, how: Options, variables: object = {}): Promise<string> {
    const said: string[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
    const options = { ...more[wordsOf(command).join(' ')], ...how }
    const env = { HOME: home, HEADGATE_URL: 'http://headgate.test', HEADGATE_TOKEN: 'the-token', ...variables }
    const context = createContext(options, new AbortController().signal, env)
    const args = argumentsOf(command).map((argument) =>
      /^<(file|from)>$/.test(argument) ? file : (sayings[argument] ?? (argument.startsWith('<') ? 'thing' : undefined)),
    )
    await (await command.run())(context, args, options).catch((thrown: unknown) => {
      if (!(thrown instanceof Printed)) throw thrown
    })
    return said.join('')
  }

  it('show no credential, no secret and no connection URL', async () => {
    const command = (words: string) => asked.find((each) => wordsOf(each).join(' ') === words)!
    const env = { PW: 'the-password', DB: 'postgresql://u:the-password@db.example.org/d' }
    const create = command('connectors create')
    const how = { credentialEnv: ['password=PW'], config: ['host=db.example.org'] }
    const curl = await printed(create, { ...how, printCurl: true }, env)
    expect(curl).toContain('"credential":{"password":"…"}')
    expect(curl).toContain('db.example.org')
    const pasted = await printed(create, { fromUrlEnv: 'DB', printPython: true }, env)
    expect(pasted).toContain('\\"url\\":\\"…\\"')
    expect(curl + pasted).not.toContain('the-password')
  })

  it.each(asked)('are there for `headgate $usage`, and send nothing', async (command) => {
    const send = vi.spyOn(globalThis, 'fetch')
    const curl = await printed(command, { printCurl: true })
    expect(curl).toMatch(/^curl .*http:\/\/headgate\.test\/v1\/.*\n$/s)
    const python = await printed(command, { printPython: true })
    expect(python).toMatch(/^(import|from) /)
    expect(send).not.toHaveBeenCalled()
    expect(curl + python).not.toContain('the-token')
  })
})
