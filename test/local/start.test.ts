import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPython } from '../../shared/connectors/custom/child-runner.ts'
import { root } from '../support/code.ts'
import { familyOf, type Headgate, startHeadgate, survivors, temporaryFolder } from '../support/headgate.ts'

const folder = await temporaryFolder()
const data = join(folder.path, 'a data folder')
const begin = () => startHeadgate({ args: ['--port', '0', '--data', data] })

let headgate: Headgate
let here: Awaited<ReturnType<Headgate['ready']>>

const read = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${here.origin}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${here.token}`, 'content-type': 'application/json' },
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

beforeAll(async () => {
  headgate = begin()
  here = await headgate.ready()
})
afterAll(async () => {
  headgate.child.kill('SIGINT')
  await headgate.ended()
  await folder.remove()
})

describe('npm start with the demo', () => {
  it('prints one ready line, a link with the token in its fragment alone, and five commands', () => {
    const { out, err } = headgate.said()
    expect(out.match(/^Headgate is ready at /gm)).toHaveLength(1)
    expect(here.token).toMatch(/^hg_pat_/)
    expect(out).toContain(`${here.origin}/#token=${here.token}`)
    expect(here.commands).toHaveLength(5)
    expect(here.commands.join()).not.toContain(here.token)
    expect(err).toBe('')
  })

  it('keeps the token where its owner alone can read it', () => {
    for (const name of ['token', 'authorization', 'catalog.sqlite', 'secrets.key', 'link.key'])
      expect(statSync(join(data, name)).mode & 0o777, name).toBe(0o600)
    expect(statSync(data).mode & 0o066).toBe(0)
  })

  it('offers the demo warehouse as a source, and nothing of its login', async () => {
    const { body } = await read('/v1/sources/data-warehouse-sql')
    expect(body).toMatchObject({ title: 'Data Warehouse (SQL)', kind: 'postgres', allowQuery: true })
    const connector = await read('/v1/connectors/data-warehouse-sql')
    expect(JSON.stringify(connector.body)).not.toMatch(/password/)
    const check = await read('/v1/connectors/data-warehouse-sql/checks', { method: 'POST' })
    expect(check.body).toMatchObject({ status: 'VALID_CONNECTION', warnings: [] })
  })

  it('has the laboratory and the public tables in it', async () => {
    const { body } = await read('/v1/sources/data-warehouse-sql/tables')
    const rows = Object.fromEntries(body.items.map((t: { name: string; estimate: number }) => [t.name, t.estimate]))
    expect(rows).toMatchObject({ formulations: 200, experiments: 2000, weather: 2922, movies: 3201 })
    expect(rows.batchresults).toBeGreaterThan(19_000)
    const kinds = body.items.map((t: { kind: string }) => t.kind)
    expect(kinds).toEqual(expect.arrayContaining(['view', 'materialized view']))
  })

  it('offers a pet store whose operations can be called and whose lists are tables', async () => {
    const check = await read('/v1/connectors/petstore/checks', { method: 'POST' })
    expect(check.body).toMatchObject({ status: 'VALID_CONNECTION' })
    const call = await read('/v1/sources/petstore/operations/findPetsByStatus', { method: 'POST', body: '{}' })
    expect(call.body.body.length).toBeGreaterThan(10)
    const rows = await read('/v1/sources/petstore/tables/listPets/rows?limit=1000')
    expect(rows.body.rows).toHaveLength(60)
  })

  it('has a connection in each language, whose rows can be previewed', async () => {
    const check = await read('/v1/connectors/exchange-rates/checks', { method: 'POST' })
    expect(check.body).toMatchObject({ status: 'VALID_CONNECTION', warnings: [] })
    const body = JSON.stringify({
      name: 'rates',
      connector: 'exchange-rates',
      selection: { config: { currencies: ['CHF'] } },
    })
    expect((await read('/v1/datasources', { method: 'POST', body })).status).toBe(201)
    const rows = await read('/v1/datasources/rates/rows?limit=2')
    expect(rows.body.rows[0]).toEqual(['2025-01-01', 'CHF', expect.any(Number)])
    if (findPython('') === undefined) return
    const objects = await read('/v1/sources/weather-stations/objects?delimiter=/')
    expect(objects.body.items.map(({ key }: { key: string }) => key)).toEqual(['harbour/', 'hilltop/', 'valley/'])
  })

  it('offers a bucket of public files: folders, bytes and ranges, rows, links, and a check that finds nothing wrong', async () => {
    const check = await read('/v1/connectors/public-data-s3/checks', { method: 'POST' })
    expect(check.body).toMatchObject({ status: 'VALID_CONNECTION', warnings: [] })
    const bucket = '/v1/sources/public-data-s3/objects'
    const { body } = await read(`${bucket}?delimiter=/`)
    const names = body.items.map(({ key }: { key: string }) => key)
    expect(names).toEqual(['README.md', 'arrow/', 'csv/', 'datapackage.json', 'images/', 'json/', 'parquet/'])
    const everything: string[] = []
    for (let cursor = ''; ; ) {
      const page = await read(`${bucket}?limit=20${cursor}`)
      everything.push(...page.body.items.map(({ key }: { key: string }) => key))
      if (page.body.next === null) break
      cursor = `&cursor=${page.body.next}`
    }
    expect(everything.length).toBeGreaterThan(70)
    expect(new Set(everything).size).toBe(everything.length)
    const weather = await read(`${bucket}/csv/seattle-weather.csv?format=json&limit=2`)
    expect(weather.body.rows[0][0]).toBe('2012-01-01')
    const flights = await read(`${bucket}/parquet/flights-3m.parquet?format=json&limit=1`)
    expect(flights.body.columns.map(({ name }: { name: string }) => name)).toContain('delay')
    const headers = { authorization: `Bearer ${here.token}`, range: 'bytes=1-3' }
    const png = await fetch(`${here.origin}${bucket}/images/ffox.png`, { headers })
    expect([png.status, await png.text()]).toEqual([206, 'PNG'])
    const link = await read(`${bucket}/images/ffox.png?link=true`)
    const linked = await fetch(link.body.url)
    expect(linked.headers.get('content-disposition')).toContain('attachment')
    expect((await linked.arrayBuffer()).byteLength).toBe(17628)
    const stranger = new URL(link.body.url)
    stranger.search = ''
    expect((await fetch(stranger)).status).toBe(403)
  })

  it('has datasets to read from the first minute on, one of each sort', async () => {
    const expected = {
      experiments: 2000,
      'yield-by-family': 5,
      'seattle-weather': 1461,
      penguins: 344,
      pets: 60,
      'daily-rates': 905,
      ...(findPython('') !== undefined && { 'station-readings': 504 }),
    }
    for (const [name, rows] of Object.entries({ ...expected, images: 0 })) {
      const { body } = await read(`/v1/datasources/${name}/snapshots`)
      const events = await fetch(`${here.origin}/v1/snapshots/${body.items[0].id}/events`, {
        headers: { authorization: `Bearer ${here.token}` },
      })
      await events.text()
      const { body: snapshot } = await read(`/v1/snapshots/${body.items[0].id}`)
      expect(snapshot, name).toMatchObject({ state: 'done', version: 1, rows })
    }
  })

  it('dials the demo and no other port of this machine', async () => {
    const { body } = await read('/v1/connectors/data-warehouse-sql')
    const trial = (port: number) =>
      read('/v1/checks', {
        method: 'POST',
        body: JSON.stringify({
          kind: 'postgres',
          config: { ...body.config, port },
          credential: { password: 'x' },
        }),
      })
    expect((await trial(body.config.port)).body.status).toBe('BAD_CREDENTIALS')
    const other = (await trial(Number(new URL(here.origin).port))).body
    expect(other.status).toBe('NO_CONNECTION')
    expect(JSON.stringify(other.stages[0])).toContain('may not')
  })

  it('has commands that work when pasted, twice', async () => {
    await mkdir(join(folder.path, 'shell'))
    for (const _ of [1, 2])
      for (const command of here.commands) {
        const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
          cwd: join(folder.path, 'shell'),
          encoding: 'utf8',
        })
        expect(status, `${command}\n${stdout}${stderr}`).toBe(0)
        expect(stdout.length, command).toBeGreaterThan(20)
        if (!command.includes('/v1/datasources ')) expect(stdout).not.toContain('urn:request')
      }
    const parquet = readFileSync(join(folder.path, 'shell', 'good-yields.parquet'))
    expect(parquet.subarray(0, 4).toString()).toBe('PAR1')
    expect(parquet.subarray(-4).toString()).toBe('PAR1')
  })

  it('answers the query of the README as the README says', () => {
    const [, command, output] = /```sh\n(curl [^`]+)```\n\n```\n([^`]+)```/.exec(
      readFileSync(join(root, 'README.md'), 'utf8'),
    )!
    const adapted = command!.replace('http://127.0.0.1:7420', here.origin).replace('@.headgate', '@"$HEADGATE_DATA"')
    const { stdout } = spawnSync('sh', ['-c', adapted], {
      encoding: 'utf8',
      env: { ...process.env, HEADGATE_DATA: data },
    })
    expect(stdout.replaceAll('\r', '')).toBe(output)
  })

  it('says that a port is taken and how to choose another, having touched nothing', async () => {
    const port = new URL(here.origin).port
    const second = startHeadgate({ args: ['--port', port, '--data', join(folder.path, 'second')] })
    const { code, out, err } = await second.ended()
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toContain(`Port ${port} of 127.0.0.1 is taken`)
    expect(err).toContain(`--port ${Number(port) + 1}`)
    expect(err).not.toMatch(/ {4}at /)
    expect(existsSync(join(folder.path, 'second'))).toBe(false)
  })

  it('says which process uses a data folder', async () => {
    const { code, err } = await begin().ended()
    expect(code).toBe(1)
    expect(err).toContain(`is in use by process ${headgate.child.pid}`)
    expect(err).toContain('--data')
  })

  it('brings the three million flights later, all at once', async () => {
    const count = JSON.stringify({ sql: 'SELECT count(*) FROM flights' })
    for (let tries = 0; tries < 400; tries++) {
      const { status, body } = await read('/v1/sources/data-warehouse-sql/query', { method: 'POST', body: count })
      if (status === 200) {
        expect(body.rows).toEqual([['3000000']])
        return
      }
      await sleep(250)
    }
    expect.fail('they did not come')
  })

  it('ends by Ctrl-C with every process it started, and has everything at the next start', async () => {
    const before = await read('/v1/connectors/data-warehouse-sql')
    const versions = await read('/v1/datasets/good-yields/versions')
    const family = await familyOf(headgate.child.pid!)
    expect(family.length).toBeGreaterThan(5)
    headgate.child.kill('SIGINT')
    const { code, err } = await headgate.ended()
    expect([code, err]).toEqual([0, ''])
    expect(await survivors(family)).toEqual([])

    const { token, origin } = here
    headgate = begin()
    here = await headgate.ready()
    expect(here.token).toBe(token)
    expect(here.origin).not.toBe(origin)
    const after = await read('/v1/connectors/data-warehouse-sql')
    expect(after.body.uid).toBe(before.body.uid)
    expect(await read('/v1/datasets/good-yields/versions')).toEqual(versions)
    const rows = await read('/v1/sources/data-warehouse-sql/tables/flights/rows?limit=1&order=-flight_id')
    expect(rows.body.rows[0][0]).toBe(3_000_000)
  })

  it('is ended with its database by a second Ctrl-C, or by SIGKILL', async () => {
    const family = await familyOf(headgate.child.pid!)
    headgate.child.kill('SIGKILL')
    await headgate.ended()
    expect(await survivors(family)).toEqual([])
    headgate = begin()
    here = await headgate.ready()
    expect((await read('/v1/sources/data-warehouse-sql/tables/movies/rows?limit=1')).status).toBe(200)
  })
})
