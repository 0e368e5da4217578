import { utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import sftp from '../../shared/connectors/sftp/kind.ts'
import type { Runs } from '../../shared/ports/runs.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { fileTree } from '../support/file-tree.ts'
import { testPlatform } from '../support/platform.ts'
import { sftpLogin, testSftp } from '../support/sftp-server.ts'

const root = await fileTree(tmpdir(), {
  'lab/1.csv': 'id,weight\n1,0.1\n2,0.25\n',
  'lab/2.csv.gz': gzipSync('id,weight\n3,\n'),
  'lab/more/3.csv': 'weight,id\n1e-3,4\n',
  'pictures/a.png': Buffer.from('89504e47', 'hex'),
  'pictures/b c.png': Buffer.alloc(100_000, 7),
})
const server = await testSftp(root)
let platform: Awaited<ReturnType<typeof testPlatform>>
const taking: Promise<unknown>[] = []
const runs: Runs = {
  async start(id) {
    taking.push(takeSnapshot(platform.world, id, new AbortController().signal, steadyPace))
  },
}

beforeAll(async () => {
  platform = await testPlatform({ kinds: [sftp], allow: `127.0.0.1:${server.port}`, runs })
  const made = await platform.call('POST', '/v1/connectors', {
    body: {
      name: 'files',
      kind: 'sftp',
      config: { host: '127.0.0.1', port: server.port, user: sftpLogin.user },
      credential: { password: sftpLogin.password },
    },
  })
  expect(made.json.config.hostKey).toBe(server.fingerprint)
})
afterAll(() => platform.dispose())

const define = (name: string, selection: object, more: object = {}) =>
  platform.call('POST', '/v1/datasources', { body: { name, connector: 'files', selection, format: 'csv', ...more } })
async function take(name: string) {
  const { json } = await platform.call('POST', `/v1/datasources/${name}/snapshots`)
  await Promise.all(taking)
  return (await platform.call('GET', `/v1/snapshots/${json.id}`)).json
}

describe('a datasource of files', () => {
  it('is previewed and copied as rows where its files have rows', async () => {
    expect((await define('weights', { glob: 'lab/**' })).status).toBe(201)
    const preview = (await platform.call('GET', '/v1/datasources/weights/rows')).json
    expect(preview.columns.map(({ name, type }: { name: string; type: string }) => [name, type])).toEqual([
      ['id', 'int64'],
      ['weight', 'float64'],
    ])
    expect(await take('weights')).toMatchObject({ state: 'done', rows: 4, version: 1 })
    expect((await platform.call('GET', '/v1/datasets/weights/rows?format=csv')).text).toBe(
      'id,weight\r\n1,0.1\r\n2,0.25\r\n3,\r\n4,0.001\r\n',
    )
  })

  it('is copied byte for byte where they have none, and stays as it was', async () => {
    expect((await define('pictures', { path: 'pictures/' }, { skipUnchanged: true })).status).toBe(201)
    // what has just changed may change again, and show the same second and size
    expect((await take('pictures')).version).toBe(1)
    expect((await take('pictures')).version).toBe(2)
    for (const name of ['a.png', 'b c.png']) utimesSync(join(root, 'pictures', name), 1e9, 1e9)
    expect((await take('pictures')).version).toBe(3)
    expect((await take('pictures')).state).toBe('skipped')
    expect((await platform.call('GET', '/v1/datasets/pictures/versions/3')).json).toMatchObject({ bytes: 100_004 })
    writeFileSync(join(root, 'pictures/a.png'), 'another')
    const { items } = (await platform.call('GET', '/v1/datasets/pictures/files')).json
    expect(items.map(({ path, bytes }: { path: string; bytes: number }) => [path, bytes])).toEqual([
      ['pictures/a.png', 4],
      ['pictures/b c.png', 100_000],
    ])
    expect(await take('pictures')).toMatchObject({ state: 'done', version: 4 })
  })

  it('tells a selection that is none, and a file that does not fit', async () => {
    expect((await define('bad', { glob: '[' })).json.code).toBe('invalid-request')
    expect((await define('two', { glob: '*', path: 'a' })).json.code).toBe('invalid-request')
    await define('empty', { glob: 'nothing/*' })
    expect(await take('empty')).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
  })
})
