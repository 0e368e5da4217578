import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { awsCatalog } from '../../shared/adapters/aws/catalog.ts'
import { localCatalog } from '../../shared/adapters/local/catalog.ts'
import { localSecrets } from '../../shared/adapters/local/secrets.ts'
import type { CatalogReader } from '../../shared/ports/catalog.ts'
import { readManifest } from '../../shared/snapshots/read-version.ts'
import { dynamoClient, makeTable } from '../support/aws.ts'
import { dynoxide } from '../support/dynoxide.ts'
import { describeOn } from '../support/emulator.ts'
import { startHeadgate, temporaryFolder } from '../support/headgate.ts'
import { collectionAt, collectionOf } from './collections.ts'
import { golden, kept } from './golden.ts'

// biome-ignore lint/suspicious/noExplicitAny: what a version answers is looked at field by field
type Json = any

interface Kept {
  readonly path: string
  readonly id: string
  readonly json: unknown
}

const linesOf = async (version: string) =>
  (await readFile(golden(version, 'catalog.ndjson'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const recordsOf = async (version: string): Promise<readonly Kept[]> =>
  (await linesOf(version)).map(({ pk, sk, json }) => ({ path: pk.S, id: sk.S, json: JSON.parse(json.S) }))

/** A data folder as that version left it; nothing in it expires. */
async function folderOf(version: string) {
  const folder = await temporaryFolder()
  const db = new DatabaseSync(join(folder.path, 'catalog.sqlite'))
  db.exec(await readFile(golden(version, 'catalog.sql'), 'utf8'))
  db.exec('UPDATE records SET expires = NULL')
  db.close()
  for (const [path, base64] of Object.entries(JSON.parse(await readFile(golden(version, 'folder.json'), 'utf8')))) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), Buffer.from(base64 as string, 'base64'), { mode: 0o600 })
  }
  return folder
}

/** Reads every record by itself and in its list; what its schema has not been changed for is read as it was written. */
async function readAll(catalog: CatalogReader, version: string): Promise<void> {
  for (const { path, id, json } of await recordsOf(version)) {
    const collection = collectionAt(path)
    const found = await catalog.get(collection, id)
    expect(found, `${path} ${id}`).toBeDefined()
    if ((collection.steps ?? []).length === 0) expect(found!.value, `${path} ${id}`).toMatchObject(json as object)
    const { entries } = await catalog.list(collection, { limit: 1, prefix: id })
    expect(entries[0]).toEqual(found)
  }
}

describe.each(kept)('what version %s has written', (version) => {
  it('is of every collection that it had', async () => {
    const forms: object = JSON.parse(await readFile(golden(version, 'forms.json'), 'utf8'))
    const met = new Set((await recordsOf(version)).map(({ path }) => collectionOf(path).path))
    expect([...met].toSorted()).toEqual(
      Object.keys(forms)
        .filter((path) => path !== 'manifest.json')
        .toSorted(),
    )
  })

  it('is read from a data folder, and so are its secrets', async () => {
    const folder = await folderOf(version)
    const catalog = localCatalog({ file: join(folder.path, 'catalog.sqlite') })
    await readAll(catalog, version)
    catalog.close()
    const secrets = localSecrets({ folder: join(folder.path, 'secrets'), keyFile: join(folder.path, 'secrets.key') })
    expect((await secrets.get('org/OURS'))?.reveal()).toBe('x')
    await folder.remove()
  })

  it('is served by Headgate as it is today: its sources, and the rows of its dataset', async () => {
    const folder = await folderOf(version)
    const token = 'a-token-for-the-upgrade'
    const headgate = startHeadgate({
      args: ['--port', '0', '--data', folder.path, '--no-demo'],
      env: { HEADGATE_TOKEN: token },
    })
    try {
      const { origin } = await headgate.ready()
      const get = async (path: string) =>
        (await fetch(`${origin}/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).json() as Promise<Json>
      const names = (await get('/connectors')).items.map(({ name }: Json) => name)
      expect(names).toContain('data-warehouse-sql')
      expect(await get('/datasets/uploaded/rows')).toMatchObject({ rows: [['1']] })
      expect((await get('/datasets/uploaded/versions/1')).manifest).toBe(1)
    } finally {
      headgate.child.kill('SIGINT')
      await headgate.ended()
      await folder.remove()
    }
  })
})

describeOn(dynoxide, 'DynamoDB', (endpoint) => {
  it.each(kept)('has the items of version %s read', async (version) => {
    const client = dynamoClient(endpoint())
    const table = await makeTable(client)
    for (const { expires: _, ...item } of await linesOf(version))
      await client.send(new PutItemCommand({ TableName: table, Item: item }))
    await readAll(awsCatalog({ client, table }), version)
    client.destroy()
  })
})

describe('before there were versions', () => {
  it('a file of the catalog is brought forward where it is opened, and its records are of the first', async () => {
    const folder = await temporaryFolder()
    const file = join(folder.path, 'catalog.sqlite')
    const db = new DatabaseSync(file)
    db.exec(`CREATE TABLE records (
        path TEXT NOT NULL, id BLOB NOT NULL, revision INTEGER NOT NULL, json TEXT NOT NULL, expires INTEGER,
        PRIMARY KEY (path, id)) STRICT, WITHOUT ROWID;
      INSERT INTO records VALUES ('members', CAST('bob' AS BLOB), 3, '"Bob"', NULL)`)
    db.close()
    const members = {
      ...collectionAt('members'),
      schema: collectionAt('runs').schema,
      steps: [(id: unknown) => ({ id })],
    }
    for (let opened = 0; opened < 2; opened++) {
      const catalog = localCatalog({ file })
      expect(await catalog.get(members, 'bob')).toEqual({ id: 'bob', revision: 3, value: { id: 'Bob' } })
      catalog.close()
    }
    await folder.remove()
  })
})

describe('what a newer version has written', () => {
  it('is not opened: neither a data folder', async () => {
    const folder = await folderOf(kept.at(-1)!)
    const db = new DatabaseSync(join(folder.path, 'catalog.sqlite'))
    db.exec('PRAGMA user_version = 99')
    db.close()
    const headgate = startHeadgate({ args: ['--port', '0', '--data', folder.path, '--no-demo'] })
    const { code, err } = await headgate.ended()
    expect([code, err]).toEqual([1, expect.stringContaining('is of a newer version of Headgate')])
    await folder.remove()
  })

  it('nor a manifest', async () => {
    const objects = { get: async () => [Buffer.from('{"manifest":2,"dataset":"a"}')] } as never
    await expect(readManifest({ objects }, 'manifest-1.json')).rejects.toMatchObject({
      code: 'busy',
      detail: expect.stringContaining('newer version'),
    })
  })
})
