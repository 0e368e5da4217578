import { afterAll, describe, expect, it } from 'vitest'
import { Secret } from '../../../shared/domain/secret.ts'
import { describeConnector } from '../../contract/connector.ts'
import { contractConnections, keys, secretText } from '../../support/contract-connections.ts'
import { deployConnections, missing } from '../../support/deployed-connections.ts'

/** In both languages: objects that answer, print, fail, stall, and tell what they see. */
const python = `
import json, os, sys, time
CALLS = []
def context(credentials):
    CALLS.append("context")
    print("logging in with " + credentials)
    return {"given": credentials}
def list_objects(context, metadata):
    for name in ("a", "large", "fails", "stalls", "exits", "sees"):
        yield {"name": name, "fingerprint": "1", "is_prefix": False}
def read_bytes(context, metadata):
    name = metadata["name"]
    if name == "a": yield b"abc"
    if name == "large":
        for n in range(20): yield bytes([65 + n]) * (1 << 20)
    if name == "fails":
        raise ValueError("no, " + context["given"])
    if name == "stalls": time.sleep(60)
    if name == "exits":
        print(context["given"], file=sys.stderr, flush=True)
        os._exit(3)
    if name == "sees":
        yield json.dumps({"env": dict(os.environ), "calls": CALLS, "left": os.listdir(os.environ["TMPDIR"])}).encode()
        open(os.environ["TMPDIR"] + "/left", "w").close()
`
const typescript = `
import { readdirSync, writeFileSync } from 'node:fs'
const calls: string[] = []
export function context(credentials: string) {
  calls.push('context')
  console.log('logging in with ' + credentials)
  return { given: credentials }
}
export const listObjects = (): object[] =>
  ['a', 'large', 'fails', 'stalls', 'exits', 'sees'].map((name) => ({ name, fingerprint: '1', isPrefix: false }))
export async function* readBytes(context: { given: string }, { name }: { name: string }) {
  if (name === 'a') yield Buffer.from('abc')
  if (name === 'large') for (let n = 0; n < 20; n++) yield Buffer.alloc(1 << 20, 65 + n)
  if (name === 'fails') {
    throw new RangeError('no, ' + context.given)
  }
  if (name === 'stalls') await new Promise((resolve) => setTimeout(resolve, 60_000))
  if (name === 'exits') {
    console.error(context.given)
    process.exit(3)
  }
  if (name === 'sees') {
    yield Buffer.from(JSON.stringify({ env: process.env, calls, left: readdirSync(process.env.TMPDIR!) }))
    writeFileSync(process.env.TMPDIR + '/left', '')
  }
}
`

const prepare = async () => {
  const connections = await contractConnections()
  await connections.write('probe-python/connection.py', python)
  await connections.write('probe-typescript/connection.ts', typescript)
  return { ...(await deployConnections(connections.folder)), remove: connections.remove }
}
const deployed = missing === undefined ? await prepare() : undefined

describe.skipIf(!deployed)(`own code in functions of its own${missing ? ` (skipped: ${missing})` : ''}`, () => {
  if (!deployed) return it('has no moto', () => {})
  const { kind, invoked } = deployed
  afterAll(async () => {
    await deployed.dispose()
    await deployed.remove()
  })

  for (const [connection, nobody] of [
    ['mine', 'nobody'],
    ['typed', 'nobody-typed'],
  ] as const)
    describe(connection, () =>
      describeConnector(kind, async () => {
        const config = { connection, codeInterface: 'bytes', fingerprintStrategy: 'content' }
        return {
          config,
          credential: { text: secretText },
          wrongCredential: { text: 'another-credential-1c5e' },
          nobodyThere: { ...config, connection: nobody },
          secretText,
          egress: undefined as never,
          // What Lambda has begun it finishes, and tells nobody.
          openAtSource: async () => deployed.atWork(),
          objects: { keys, prefix: 'foo', large: 'large.bin', selection: { parse: 'none' } },
        }
      }),
    )

  describe.each(['python', 'typescript'])('in %s', (language) => {
    const open = (more: object = {}, secrets = {}) =>
      kind.open({
        config: kind.config.parse({
          connection: `probe-${language}`,
          codeInterface: 'bytes',
          fingerprintStrategy: 'content',
          ...more,
        }),
        credential: new Secret({ ...secrets, text: secretText }),
        egress: undefined as never,
        signal: new AbortController().signal,
      })
    const read = async (name: string, more?: object, secrets?: object) => {
      const connection = await open(more, secrets)
      return Buffer.concat(await Array.fromAsync(await connection.objects.read(name)))
    }

    it('answers in its reply, and by objects of its own prefix what is longer, which are gone when they are read', async () => {
      expect((await read('a')).toString()).toBe('abc')
      const large = await read('large')
      expect(large.length).toBe(20 << 20)
      for (let n = 0; n < 20; n++) expect(large[(n << 20) + 5]).toBe(65 + n)
      expect(await deployed.leftInBucket()).toEqual([])
    })

    it('sees nothing of the function: a fresh process, its own folder, the environment that it was given (T18)', async () => {
      for (const _ of [1, 2]) {
        const seen = JSON.parse(
          (await read('sees', { env: { PLAIN: 'a', BOTH: 'a', HOME: '/x' } }, { BOTH: 'secret-of-both' })).toString(),
        )
        expect(seen.calls).toEqual(['context'])
        expect(seen.left).toEqual([])
        expect(Object.keys(seen.env).filter((name) => /AWS|HEADGATE|LAMBDA/.test(name))).toEqual([])
        expect(seen.env).toMatchObject({ PLAIN: 'a', BOTH: 'secret-of-both', LANG: 'C.UTF-8' })
        expect(seen.env.HOME).not.toBe('/x')
      }
    })

    it('is given the credential in the question for its context alone (A06)', async () => {
      const before = invoked.length
      await read('a')
      const questions = invoked.slice(before).flatMap(({ event }) => (event as { questions: object[] }).questions)
      const holding = questions.filter((question) => JSON.stringify(question).includes(secretText))
      expect(holding.every((question) => 'do' in question && question.do === 'context')).toBe(true)
      expect(holding.length).toBeGreaterThan(0)
    })

    it('is told with file and line when it fails, and without the credential (A03)', async () => {
      const line =
        (language === 'python' ? python : typescript)
          .split('\n')
          .findIndex((text) => /raise|throw new Range/.test(text)) + 1
      const thrown = await read('fails').catch((error: unknown) => error)
      expect(thrown).toMatchObject({ code: 'source-failed', detail: expect.stringContaining(`line ${line}: `) })
      expect(String(thrown)).not.toContain(secretText)
    })

    it('is given up when it says nothing, and told when it ends by itself', async () => {
      await expect(read('stalls', { timeoutSeconds: 1 })).rejects.toMatchObject({ code: 'source-timeout' })
      const thrown = await read('exits').catch((error: unknown) => error)
      expect(thrown).toMatchObject({ code: 'source-failed', detail: expect.stringContaining('status 3: [secret]') })
    })

    it('shows the end of what it prints in a check, masked (C17)', async () => {
      const { warnings } = await (await open()).check()
      expect(warnings.join()).toContain('logging in with [secret]')
      expect(warnings.join()).not.toContain(secretText)
    })
  })

  it('knows its connections and their code by what was deployed', async () => {
    expect(await deployed.runner.names()).toEqual(deployed.connections.map(({ name }) => name))
    const [first] = deployed.connections
    expect(await deployed.runner.codeFingerprint(first!.name)).toBe(first!.fingerprint)
    await expect(deployed.runner.codeFingerprint('mime')).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('mine'),
    })
  })
})
