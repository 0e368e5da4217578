import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { verifyLink } from '../../../shared/adapters/local/links.ts'
import { localObjects } from '../../../shared/adapters/local/objects.ts'
import { attachment } from '../../../shared/domain/attachment.ts'
import { Fault } from '../../../shared/domain/faults.ts'
import { hostileKeys, objectsContract } from '../../contract/objects.ts'
import { temporaryFolder } from '../../support/world.ts'

const linkKey = randomBytes(32)

async function make() {
  const { path, dispose } = await temporaryFolder()
  const options = { folder: join(path, 'objects'), linkBase: 'http://127.0.0.1/links', linkKey }
  const objects = localObjects(options)
  /** What the local server does with a link. */
  async function follow(url: string) {
    try {
      const { key, filename } = verifyLink(linkKey, new URL(url).searchParams)
      let text = ''
      for await (const piece of await objects.get(key)) text += Buffer.from(piece).toString()
      return { status: 200, disposition: attachment(filename), text }
    } catch (thrown) {
      return { status: thrown instanceof Fault && thrown.code === 'forbidden' ? 403 : 500, disposition: null, text: '' }
    }
  }
  return { path, objects, twin: localObjects(options), follow, dispose }
}

objectsContract('local', make)

describe('the local objects', () => {
  let world: Awaited<ReturnType<typeof make>>
  beforeEach(async () => {
    world = await make()
  })
  afterEach(() => world.dispose())

  const names = () => readdir(world.path, { recursive: true })

  it('have names that no file system folds or refuses', async () => {
    for (const key of hostileKeys) await world.objects.put(key, Buffer.from(key))
    const found = (await names()).map((name) => basename(name))
    for (const name of found)
      expect(name).toMatch(/^(?!(con|nul|aux|prn|com\d)(\.|$))[a-z0-9._%-]{0,240}[a-z0-9_%-][+~]?$/)
    const folded = (await names()).map((name) => name.toLowerCase())
    expect(new Set(folded).size).toBe(folded.length)
  })

  it('are plain files where a person would look', async () => {
    await world.objects.put('datasets/weather/part-0.parquet', Buffer.from('PAR1'))
    const file = join(world.path, 'objects/files/datasets+/weather+/part-0.parquet')
    expect(await readFile(file, 'utf8')).toBe('PAR1')
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('leave no draft and no empty folder', async () => {
    async function* cut() {
      yield Buffer.from('half')
      throw new Error('cut')
    }
    await expect(world.objects.put('a/b/c', cut())).rejects.toThrow('cut')
    await world.objects.put('a/b/c', Buffer.from('x'))
    await expect(world.objects.put('a/b/c', Buffer.from('y'), { ifAbsent: true })).rejects.toThrow()
    expect(await readdir(join(world.path, 'objects/drafts'))).toEqual([])
    await world.objects.delete('a/b/c')
    expect(await readdir(join(world.path, 'objects/files'))).toEqual([])
  })

  it('remove the drafts of writers that died a day ago', async () => {
    await world.objects.put('a', Buffer.from('x'))
    const drafts = join(world.path, 'objects/drafts')
    for (const name of ['old', 'new']) await writeFile(join(drafts, name), 'half')
    await utimes(join(drafts, 'old'), 1, 1)
    await world.twin.put('b', Buffer.from('x'))
    expect(await readdir(drafts)).toEqual(['new'])
  })

  it('pass over files that are not theirs', async () => {
    await world.objects.put('a/b', Buffer.from('x'))
    const files = join(world.path, 'objects/files')
    for (const name of ['.DS_Store', 'Thumbs.db', 'a+/%zz', 'a+/%61', 'two words'])
      await writeFile(join(files, name), 'x')
    expect((await world.objects.list('', { limit: 10 })).objects.map(({ key }) => key)).toEqual(['a/b'])
  })

  it('list folders of more names than are held at once', async () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `k${String((i * 7919) % 5000).padStart(5, '0')}`)
    await world.objects.put(keys[0]!, Buffer.from('x'))
    const files = join(world.path, 'objects/files')
    for (const key of keys) await writeFile(join(files, key), key)
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { objects, next } = await world.objects.list('', { limit: 1000, after })
      seen.push(...objects.map(({ key }) => key))
      if (next === null) break
      after = next
    }
    expect(seen).toEqual([...keys].sort())
  })

  it('look past folders that a crash left empty', async () => {
    await world.objects.put('z', Buffer.from('x'))
    const files = join(world.path, 'objects/files')
    for (let i = 0; i < 1100; i++) await mkdir(join(files, `a${i}+`))
    expect((await world.objects.list('', { limit: 1 })).objects.map(({ key }) => key)).toEqual(['z'])
  })

  it('give each content a time of its own, even within one tick of the clock', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-01-01T00:00:00Z') })
    const heads = []
    for (let i = 0; i < 50; i++) heads.push(await world.objects.put('k', Buffer.from('x')))
    vi.useRealTimers()
    for (const { modified } of heads) expect(modified).toMatch(/^2031-01-01T00:00:00/)
    expect(new Set(heads.map(({ etag }) => etag)).size).toBe(50)
  })

  it('hold no file open that nobody reads', async () => {
    await world.objects.put('a', Buffer.from('x'))
    const before = process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0
    for (let i = 0; i < 50; i++) await world.objects.get('a')
    for (let i = 0; i < 50; i++) for await (const _ of await world.objects.get('a')) break
    const after = process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0
    expect(after - before).toBeLessThan(10)
  })
})
