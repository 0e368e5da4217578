import { randomBytes } from 'node:crypto'
import { chmod, copyFile, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localSecrets } from '../../../shared/adapters/local/secrets.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { secretsContract } from '../../contract/secrets.ts'
import { temporaryFolder } from '../../support/world.ts'

async function make() {
  const { path, dispose } = await temporaryFolder()
  const options = { folder: join(path, 'secrets'), keyFile: join(path, 'secrets.key') }
  return { options, secrets: localSecrets(options), twin: localSecrets(options), dispose }
}

secretsContract('local', make)

describe('the local secrets', () => {
  let world: Awaited<ReturnType<typeof make>>
  beforeEach(async () => {
    world = await make()
  })
  afterEach(() => world.dispose())

  const files = async () => (await readdir(world.options.folder)).map((name) => join(world.options.folder, name))
  const fileOf = async (id: string) => {
    for (const file of await files()) if (JSON.parse(await readFile(file, 'utf8')).id === id) return file
    throw new Error(`no file of ${id}`)
  }

  it.skipIf(process.platform === 'win32')('are readable by their owner alone, as is the key', async () => {
    await world.secrets.put('a', new Secret('pass'))
    for (const file of [...(await files()), world.options.keyFile]) expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(world.options.folder)).mode & 0o777).toBe(0o700)
    expect(await readFile(world.options.keyFile)).toHaveLength(32)
  })

  it('are not to be found in their files', async () => {
    const canary = 'canary-19c2'
    await world.secrets.put('a', new Secret(canary))
    await world.secrets.put('b', new Secret(canary))
    const texts = await Promise.all((await files()).map((file) => readFile(file, 'utf8')))
    for (const text of texts) {
      for (const form of ['utf8', 'hex', 'base64'] as const)
        expect(text).not.toContain(Buffer.from(canary).toString(form))
    }
    const [one, other] = texts.map((text) => JSON.parse(text))
    expect(one.sealed).not.toBe(other.sealed)
    expect(one.iv).not.toBe(other.iv)
  })

  it('cannot be opened under the name of another', async () => {
    await world.secrets.put('a', new Secret('pass-of-a'))
    await world.secrets.put('b', new Secret('pass-of-b'))
    const [a, b] = [await fileOf('a'), await fileOf('b')]
    await rename(a, `${a}.swap`)
    await rename(b, a)
    await rename(`${a}.swap`, b)
    await expect(world.secrets.get('a')).rejects.toMatchObject({ code: 'internal' })
    await expect(world.secrets.get('b')).rejects.toMatchObject({ code: 'internal' })
    await copyFile(b, a)
    expect((await world.secrets.get('a'))?.reveal()).toBe('pass-of-a')
  })

  it('cannot be opened with another key, nor where their file was changed', async () => {
    await world.secrets.put('a', new Secret('canary-77aa'))
    const wrong = localSecrets({ ...world.options, key: randomBytes(32) })
    const thrown = await wrong.get('a').catch((fault) => fault)
    expect(thrown).toMatchObject({ code: 'internal', hint: expect.stringContaining('key') })
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('canary-77aa')

    const file = await fileOf('a')
    const whole = await readFile(file, 'utf8')
    const { tag, sealed, ...rest } = JSON.parse(whole)
    const flipped = Buffer.from(sealed, 'base64')
    flipped[0]! ^= 1
    const damaged = [
      whole.slice(0, 40),
      '',
      JSON.stringify({ ...rest, tag, sealed: flipped.toString('base64') }),
      JSON.stringify({ ...rest, tag: tag.slice(0, 4), sealed }),
      JSON.stringify({ ...rest, tag: Buffer.from(tag, 'base64').subarray(0, 4).toString('base64'), sealed }),
    ]
    for (const text of damaged) {
      await writeFile(file, text)
      await expect(world.secrets.get('a')).rejects.toMatchObject({ code: 'internal' })
    }
  })

  it('take a key from elsewhere, and make no file then', async () => {
    const key = randomBytes(32)
    await localSecrets({ ...world.options, key }).put('a', new Secret('pass'))
    expect((await localSecrets({ ...world.options, key }).get('a'))?.reveal()).toBe('pass')
    await expect(stat(world.options.keyFile)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(localSecrets({ ...world.options, key: randomBytes(16) }).get('a')).rejects.toMatchObject({
      code: 'internal',
    })
  })

  it('agree on one key where several begin at once', async () => {
    const all = Array.from({ length: 10 }, () => localSecrets(world.options))
    await Promise.all(all.map((each, i) => each.put(`s${i}`, new Secret(`v${i}`))))
    for (let i = 0; i < 10; i++) expect((await all[9 - i]!.get(`s${i}`))?.reveal()).toBe(`v${i}`)
  })

  it.skipIf(process.platform === 'win32')('refuse a key that others can read', async () => {
    await world.secrets.put('a', new Secret('pass'))
    await chmod(world.options.keyFile, 0o644)
    await expect(localSecrets(world.options).get('a')).rejects.toMatchObject({
      code: 'internal',
      hint: expect.stringContaining('600'),
    })
    await chmod(world.options.keyFile, 0o600)
    await writeFile(world.options.keyFile, 'short')
    await expect(localSecrets(world.options).get('a')).rejects.toMatchObject({ code: 'internal' })
  })
})
