import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Rows } from '../../shared/domain/batch.ts'
import { type DatabaseWorld, opening } from '../contract/database/world.ts'
import { writerOf } from '../contract/database/writers.ts'
import { mysqlWorld, postgresWorld } from '../support/database-worlds.ts'
import { describeMariadb } from '../support/mariadb.ts'
import { opensshMissing, startOpenSsh } from '../support/openssh.ts'
import { testPostgres } from '../support/postgres.ts'
import { showRows } from '../support/rows.ts'
import { startVsftpd, vsftpdMissing } from '../support/vsftpd.ts'
import { goOn, numberedRows } from '../support/write-rows.ts'
import type { ChildWriting } from './writer-child.ts'

/** Has a process write, and kills it in the middle. */
async function killWriter(writing: ChildWriting): Promise<void> {
  const file = new URL('writer-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--no-warnings', file, JSON.stringify(writing)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  expect(String(said)).toBe('writing\n')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** A folder with the file `there.csv`, in which anybody may write. */
function newFolder(): { root: string; names(): readonly string[] } {
  const root = mkdtempSync(join(tmpdir(), 'headgate-killed-'))
  const folder = join(root, 'drop')
  mkdirSync(folder)
  chmodSync(folder, 0o777)
  writeFileSync(join(folder, 'there.csv'), 'old')
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return { root, names: () => readdirSync(folder).filter((name) => !/^\.\w+\.csv\.headgate-[0-9a-f]{12}$/.test(name)) }
}

const targets = [
  ['new.csv', 'safe'],
  ['there.csv', 'replace'],
] as const

describe.skipIf(opensshMissing)(`OpenSSH${opensshMissing ? ` (skipped: ${opensshMissing})` : ''}`, async () => {
  if (opensshMissing) return
  const { root, names } = newFolder()
  const { port, user, hostKey, privateKey } = await startOpenSsh({ writes: true })

  it.each(targets)('P19 has no half file under the name %s', async (name, mode) => {
    const config = { host: '127.0.0.1', port, user, hostKey, root }
    await killWriter({ kind: 'sftp', config, credential: { privateKey }, target: `drop/${name}`, mode })
    expect(names()).toEqual(['there.csv'])
    expect(readFileSync(join(root, 'drop/there.csv'), 'utf8')).toBe('old')
  })
})

describe.skipIf(vsftpdMissing)(`vsftpd${vsftpdMissing ? ` (skipped: ${vsftpdMissing})` : ''}`, async () => {
  if (vsftpdMissing) return
  const { root, names } = newFolder()
  const port = await startVsftpd(root, undefined, { writes: true })

  it.each(targets)('P19 has no half file under the name %s', async (name, mode) => {
    const config = { host: '127.0.0.1', port, user: 'anonymous', tls: 'none' }
    await killWriter({ kind: 'ftp', config, credential: { password: 'a@b.example' }, target: `drop/${name}`, mode })
    expect(names()).toEqual(['there.csv'])
    expect(readFileSync(join(root, 'drop/there.csv'), 'utf8')).toBe('old')
  })
})

const points = [
  ['adding', 'append'],
  ['kept', 'replace'],
  ['showing', 'append'],
  ['showing', 'replace'],
  ['shown', 'append'],
  ['shown', 'replace'],
] as const

/** Kills who gathers at each of these, and has another one go on. */
function describeGathering(world: DatabaseWorld, own: (table: string) => string): void {
  const { host, port, database, writer } = world.server
  const opened = opening(world)
  const openWriter = writerOf(world)
  it.each(points)('P20 shows every row once where it was killed at the point %s of %s', async (stopAt, mode) => {
    const table = `target_${stopAt}_${mode}`
    await world.sql(`CREATE TABLE ${table} (n int, v varchar(20))`)
    if (own(table) !== '') await world.sql(own(table))
    const id = randomBytes(13).toString('hex')
    const config = { host, port, database, user: writer.user }
    const credential = { password: writer.password }
    await killWriter({ kind: world.kind.kind, config, credential, target: table, mode, gathers: { id, stopAt } })

    const next = await openWriter()
    try {
      const mayBeShown = stopAt === 'showing' || stopAt === 'shown'
      const { schema } = numberedRows(0, 0)
      const gathering = { id, table, mode, schema, rows: 3000, mayBeShown }
      const found = (await next.gatherer.begin(gathering, goOn))!
      expect([found.rows, found.isShown]).toEqual([mayBeShown ? 3000 : 2000, stopAt === 'shown'])
      if (!found.isShown) {
        const all = await next.gatherer.add(found, gathering, numberedRows(found.rows, 3000))
        await next.gatherer.show(all, gathering, { ready: goOn })
      }
      await next.gatherer.discard(id)
    } finally {
      await next.close()
    }
    const reader = await opened(world.server, world.server.superuser)
    const rows = async (of: Rows) => (await showRows(of)).map(String).sort()
    expect(await rows(await reader.tables.read(table, {}))).toEqual(await rows(numberedRows(0, 3000)))
    expect((await reader.tables.list({ search: 'headgate', limit: 9 })).items).toEqual([])
  })
}

describe('PostgreSQL', async () => {
  describeGathering(postgresWorld(await testPostgres()), (table) => `ALTER TABLE ${table} OWNER TO writer`)
})

describeMariadb('MariaDB', (server) => {
  describeGathering(mysqlWorld(server), () => '')

  it.each(['append', 'replace'] as const)('P19 has no half table after %s', async (mode) => {
    await server.sql('CREATE OR REPLACE TABLE target (n int, v varchar(20)); INSERT INTO target VALUES (-7, NULL)')
    const { host, port, database, writer } = server
    const config = { host, port, database, user: writer.user }
    await killWriter({ kind: 'mysql', config, credential: { password: writer.password }, target: 'target', mode })
    const running = `SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = 'writer'`
    await expect.poll(() => server.sql(running), { timeout: 30_000 }).toEqual([['0']])
    expect(await server.sql('SELECT * FROM target')).toEqual([['-7', null]])
  })
})
