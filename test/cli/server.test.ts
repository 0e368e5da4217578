import type { ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliHome, noTerminal } from '../support/cli.ts'
import { closedPort } from '../support/closed-port.ts'
import { type Headgate as Server, startHeadgate, temporaryFolder } from '../support/headgate.ts'
import { type HttpServer, serveHttp } from '../support/http-server.ts'

const source = 'data-warehouse-sql'

describe('headgate, the command, and a Headgate of this machine', () => {
  let server: Server
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let cli: Awaited<ReturnType<typeof cliHome>>
  let url: string
  let token: string
  const everything: string[] = []
  beforeAll(async () => {
    folder = await temporaryFolder()
    server = startHeadgate({ args: ['--port', '0', '--data', folder.path] })
    const ready = await server.ready()
    url = ready.origin
    token = ready.token
    cli = await cliHome({ HEADGATE_URL: url, HEADGATE_TOKEN: token })
  })
  afterAll(async () => {
    server.child.kill('SIGINT')
    await server.ended()
    await cli.remove()
    await folder.remove()
  })

  /** Runs it; every word of its output is kept, to be searched for the token at the end. */
  async function run(args: readonly string[], options: Parameters<typeof cli.run>[1] = {}) {
    const ran = await cli.run(args, options)
    everything.push(ran.out, ran.err)
    return ran
  }
  const headgate = (line: string, options: Parameters<typeof cli.run>[1] = {}) =>
    run(
      Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain!),
      options,
    )
  const ok = async (line: string, options: Parameters<typeof cli.run>[1] = {}) => {
    const { code, out, err } = await headgate(line, options)
    expect(`${code} ${err}`).toMatch(/^0 /)
    return out
  }
  const values = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  describe('its output', () => {
    it('is NDJSON in a pipe, a table, CSV or JSON with some fields where asked for', async () => {
      expect(values(await ok('sources list')).map(({ name }) => name)).toContain(source)
      expect((await ok('sources list --format table')).split('\n')[0]).toMatch(/^name +title +kind +capabilities$/)
      expect(JSON.parse(await ok('sources list --json=name,kind'))[0]).toEqual({ name: source, kind: 'postgres' })
      expect(JSON.parse(await ok('sources list --json'))[0]).toHaveProperty('uid')
      expect((await ok('sources list --format csv')).split('\r\n')[0]).toBe('name,title,kind,capabilities')
      expect(JSON.parse(await ok(`sources get ${source} --json=title`))).toEqual({ title: 'Data Warehouse (SQL)' })
    })

    it('of rows is what was asked for, filtered and ordered at the source', async () => {
      const where = `--where 'experiment_id <= 3'`
      expect(
        values(await ok(`pull ${source}/experiments --select experiment_id ${where} --order=-experiment_id`)),
      ).toEqual(['3', '2', '1'].map((experiment_id) => ({ experiment_id })))
      expect(values(await ok(`head ${source}/movies`))).toHaveLength(10)
      expect(await ok(`head ${source}/experiments --select experiment_id,status -n 2 --format table`)).toBe(
        'experiment_id  status\n            1  completed\n            2  completed\n',
      )
      const digits = `select '{"n": 12345678901234567890.10, "t": "é\\n"}'::json as j`
      expect(await ok('query data-warehouse-sql - --json', { input: digits })).toMatch(
        /^\[\n\{"j":\{"n": 12345678901234567890\.10, "t": "é\\n"\}\}\n\]\n$/,
      )
      expect(await ok(`query ${source} 'select 1 as n where false' --json`)).toBe('[]\n')
      expect(JSON.parse(await ok(`pull ${source}/movies --json`))).toHaveLength(3201)
      const csv = await ok(`pull ${source}/weather --format csv`)
      expect(csv.trim().split('\r\n')).toHaveLength(2923)
    })

    it('goes to a file in the format of its ending, whole or not at all', async () => {
      await ok(`pull ${source}/movies -o movies.parquet`)
      const parquet = await readFile(join(cli.home, 'movies.parquet'))
      expect(parquet.subarray(-4).toString()).toBe('PAR1')
      await ok(`query ${source} 'select 1 as n' -o n.csv`)
      expect(await readFile(join(cli.home, 'n.csv'), 'utf8')).toMatch(/^n\r?\n1\r?\n$/)
      expect((await headgate(`pull ${source}/nothing -o nothing.csv`)).code).toBe(3)
      expect((await readdir(cli.home)).filter((name) => /nothing|part/.test(name))).toEqual([])
    })

    it('of many rows passes by without piling up', async () => {
      const cross = 'select a.movie_id from movies a, movies b where b.movie_id <= 300'
      const { code, out, err } = await headgate(`query ${source} '${cross}' --format csv`)
      expect(`${code} ${err}`).toBe('0 ')
      expect(out.match(/\n/g)!.length).toBe(3201 * 300 + 1)
      expect((await headgate(`query ${source} '${cross}' -o many.ndjson -q`)).err).toBe('')
    })

    it('ends quietly where its reader has seen enough', async () => {
      const ran = await headgate(`pull ${source}/movies`, {
        onStart: (child) => child.stdout!.once('data', () => child.stdout!.destroy()),
      })
      expect(ran.err).toBe('')
    })
  })

  describe('its exit code', () => {
    it.each([
      ['0', 'health', 0],
      ['0 of help', 'sources --help', 0],
      ['0 of the version', '--version', 0],
      ['2 where the words are wrong', 'sources get', 2],
      ['2 where the option is', 'sources list --nothing', 2],
      ['2 where the command is', 'nothing', 2],
      ['2 where the format is', 'sources list --format parquet', 2],
      ['2 where the request is not valid', `pull ${source}/movies --select nothing`, 2],
      ['3 where there is no such thing', 'sources get nothing', 3],
      [
        '5 where it is there already',
        'connectors create data-warehouse-sql --kind postgres --config host=h --config database=d --config user=u',
        5,
      ],
    ])('is %s', async (_, line, code) => {
      const ran = await headgate(line)
      expect(`${ran.code} ${ran.err}`).toMatch(new RegExp(`^${code} `))
      expect(ran.err === '').toBe(code === 0)
    })

    it('is 4 without a token and with a wrong one, and says what to do', async () => {
      const none = await headgate('sources list', { env: { HEADGATE_TOKEN: '' } })
      expect(none).toMatchObject({ code: 4, out: '' })
      expect(none.err).toContain('headgate login')
      expect((await headgate('sources list', { env: { HEADGATE_TOKEN: 'hg_pat_wrong' } })).code).toBe(4)
    })

    it('is 1 where nobody answers, 7 where nobody says anything', async () => {
      const env = { HEADGATE_URL: `http://127.0.0.1:${await closedPort()}` }
      expect((await headgate('api call createToken', { env })).code).toBe(1)
      const silent = createServer(() => {})
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
      const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
      const ran = await headgate('api call createToken --timeout 1', { env: { HEADGATE_URL: at } })
      silent.closeAllConnections()
      silent.close()
      expect(ran.code).toBe(7)
    })

    it('is 130 where it is interrupted', async () => {
      const ran = await headgate(`query ${source} 'select a.title from movies a, movies b, movies c'`, {
        onStart: (child) => {
          child.stdout!.once('data', () => child.kill('SIGINT'))
        },
      })
      expect(ran.code).toBe(130)
    })
  })

  it('says what is wrong where: detail, hint, code and request id, all on standard error', async () => {
    const { err, out } = await headgate('sources get data-warehouse')
    expect(out).toBe('')
    expect(err).toMatch(/^headgate: There is no connector .*\n {2}.*\n {2}\(not-found, request [\w-]+\)\n$/)
  })

  it('describes tables, lists and calls operations', async () => {
    expect(values(await ok(`tables list ${source}`)).map(({ table }) => table)).toContain('movies')
    expect(await ok(`tables get ${source}/movies --format table`)).toMatch(/^name +type +nativeType/)
    expect(values(await ok('operations list petstore'))[0]).toHaveProperty('operationId')
    expect(JSON.parse(await ok('operations call petstore findPetsByStatus status=sold')).length).toBeGreaterThan(0)
    expect(JSON.parse(await ok(`api call describeTable source=${source} table=movies`)).name).toBe('movies')
    expect(values(await ok('api list --search secret')).map(({ operation }) => operation)).toContain('putSecret')
    expect((await headgate('api call nothing')).code).toBe(2)
  })

  it('takes a snapshot of a datasource and brings its versions (P08, P12, P15, P16)', async () => {
    await ok(`datasources create weather-copy ${source} --table weather --keep-last 5`)
    expect(values(await ok('datasources preview weather-copy -n 3'))).toHaveLength(3)
    expect(values(await ok('datasources check weather-copy'))[0].ok).toBe(true)
    const [taken] = values(await ok('snapshots take weather-copy'))
    expect(taken).toMatchObject({ state: 'done', version: 1, rows: 2922 })
    expect(values(await ok(`runs watch ${taken.id}`))[0].state).toBe('done')
    expect(values(await ok('snapshots list weather-copy'))).toHaveLength(1)
    expect(values(await ok('runs list --datasource weather-copy'))).toHaveLength(1)
    await ok('datasets download weather-copy weather.csv')
    expect((await readFile(join(cli.home, 'weather.csv'), 'utf8')).split('\r\n').length).toBeGreaterThan(2900)
    expect(values(await ok('head weather-copy -n 2 --version 1'))).toHaveLength(2)
    expect((await headgate('head weather-copy --version 7')).code).toBe(3)
    expect(values(await ok('datasets verify weather-copy'))[0].ok).toBe(true)
    const [counted] = values(
      await ok(`datasets statistics weather-copy --select weather --where '["weather","eq","rain"]'`),
    )
    expect(counted).toMatchObject({ version: 1, columns: [{ name: 'weather', bars: [{ value: 'rain' }], others: 0 }] })
    expect(await ok('datasets statistics weather-copy --format table')).toMatch(/weather +utf8 +0/)
    expect(values(await ok('datasets pin weather-copy 1'))[0].pinned).toBe(true)
    expect(values(await ok('datasets versions weather-copy'))[0].version).toBe(1)
    await ok('datasources update weather-copy --pause --title Weather')
    expect(values(await ok('datasources get weather-copy'))[0]).toMatchObject({ paused: true, title: 'Weather' })
  })

  it('makes a dataset of a file, small or large, and its next version (P13, P18)', async () => {
    await writeFile(join(cli.home, 'orders.csv'), 'id;price\n1;1.50\n2;2.25\n')
    const csv = `--csv '{"delimiter":";"}' --schema '{"price":"decimal(10,2)"}'`
    expect(values(await ok(`datasets upload orders orders.csv ${csv}`))[0]).toMatchObject({ state: 'done', rows: 2 })
    expect(values(await ok('head orders'))).toEqual([
      { id: '1', price: '1.50' },
      { id: '2', price: '2.25' },
    ])
    const lines = Array.from({ length: 600_000 }, (_, i) => `${i},${i % 100}.50\n`)
    await writeFile(join(cli.home, 'orders.csv'), `id,price\n${lines.join('')}`)
    expect(values(await ok('datasets upload orders orders.csv'))[0]).toMatchObject({ version: 2, rows: 600_000 })
    expect(await ok('data list uploaded/')).toBe('')
    expect((await headgate(`datasets upload weather-copy orders.csv`)).code).toBe(5)
  })

  it('tells of receivers of events, whose secret is said on standard input', async () => {
    const [made] = values(
      await ok('webhooks create https://hooks.example.com/x --event snapshot.failed', {
        input: 'a-secret-of-16-letters',
      }),
    )
    expect(made.events).toEqual(['snapshot.failed'])
    expect(await ok(`webhooks deliveries ${made.id}`)).toBe('')
    await ok(`webhooks delete ${made.id} --yes`)
    expect(everything.join('')).not.toContain('a-secret-of-16-letters')
  })

  it('takes what is new alone where it is told how (A21)', async () => {
    const strategy = '--strategy append --grows experiment_id --parts csv --compression gzip'
    await ok(`datasources create growing ${source} --table experiments ${strategy}`)
    expect(values(await ok('datasources get growing'))[0]).toMatchObject({
      strategy: { kind: 'incremental', mode: 'append', column: 'experiment_id' },
      compression: 'gzip',
    })
    expect((await headgate(`datasources create other ${source} --table experiments --key a`)).code).toBe(2)
    expect(values(await ok(`databases list ${source}`)).map(({ name }) => name)).toContain('warehouse')
  })

  it('takes several datasources as of one moment', async () => {
    for (const table of ['movies', 'weather']) await ok(`datasources create one-${table} ${source} --table ${table}`)
    const both = values(await ok('snapshots take one-movies one-weather'))
    expect(both).toMatchObject([{ version: 1, datasource: 'one-movies' }, { version: 1 }])
    expect(values(await ok(`snapshots group ${both[0].group}`))[0].state).toBe('done')
    expect((await headgate('snapshots take one-movies one-movies')).code).toBe(2)
    expect(values(await ok('snapshots take one-weather one-movies --no-wait'))[0].state).toBe('pending')
  })

  it('has snapshots taken by a schedule, which is paused, resumed and deleted', async () => {
    const zone = '--time-zone Europe/Berlin'
    const [set] = values(await ok(`schedules set weather-copy --cron '30 2 1 1 *' ${zone} --overlap queue`))
    expect(set).toMatchObject({ cron: '30 2 1 1 *', timeZone: 'Europe/Berlin', overlap: 'queue', paused: false })
    expect(set.next).toHaveLength(5)
    expect(await ok('schedules get weather-copy --format table')).toMatch(/^next {8}\d{4}-01-01T02:30/m)
    expect(values(await ok('schedules pause weather-copy'))[0]).toMatchObject({ paused: true, cron: '30 2 1 1 *' })
    expect(values(await ok('schedules resume weather-copy'))[0]).toMatchObject({ paused: false, overlap: 'queue' })
    expect(values(await ok('schedules list'))[0].datasource).toBe('weather-copy')
    expect((await headgate('schedules set weather-copy')).code).toBe(2)
    expect((await headgate('schedules set weather-copy --cron nonsense-at-all')).code).toBe(2)
    await ok('schedules delete weather-copy --yes')
    expect((await headgate('schedules get weather-copy')).code).toBe(3)
  })

  it('fails as its snapshot does, with the exit code of the reason', async () => {
    const config = `--config host=127.0.0.1 --config port=${await closedPort()} --config database=d --config user=u`
    await ok(`connectors create away --kind postgres ${config}`)
    await ok('datasources create broken away --table t')
    expect((await headgate('tables list away')).code).toBe(6)
    const { code, err, out } = await headgate('snapshots take broken')
    expect(values(out)[0].state).toBe('failed')
    expect(`${code} ${err}`).toMatch(/^6 .*is failed/s)
  })

  describe('objects (C20)', () => {
    it('are put and got by file and by stream, sized, listed, and deleted', async () => {
      const bytes = randomBytes(100_000)
      await writeFile(join(cli.home, 'bytes'), bytes)
      await ok('data put /a/b.bin bytes')
      await ok('data get a/b.bin back')
      expect((await readFile(join(cli.home, 'back'))).equals(bytes)).toBe(true)
      const got = await headgate('data gets a/b.bin')
      expect(got.bytes.equals(bytes)).toBe(true)
      expect(await ok('data size a/b.bin')).toBe('100000\n')
      await ok('data puts a/c', { input: 'abcdef' })
      expect(await ok('data gets a/c --range 0,3')).toBe('abc')
      expect(JSON.parse(await ok('data list a/ --json=name'))).toEqual([{ name: 'a/b.bin' }, { name: 'a/c' }])
      expect(await ok('data exists a/c')).toBe('true\n')
      expect(await ok('data url a/c')).toBe('/v1/objects/user/a/c\n')
      expect(await ok("data url 'a/ü b' --full")).toBe(`${url}/v1/objects/user/a/%C3%BC%20b\n`)
      expect(await (await fetch((await ok('data url a/c --link')).trim())).text()).toBe('abcdef')
      expect((await headgate('data get nothing file')).code).toBe(3)
      expect((await headgate('data size nothing')).code).toBe(3)
      await ok('data delete a --recursive --yes')
      expect(await ok('data exists a/c')).toBe('false\n')
    })

    it('of a pipeline are its own, and go with it', async () => {
      const [{ id }] = values(await ok('pipelines create Nightly'))
      await ok('data puts x', { input: 'x', env: { HEADGATE_PIPELINE: id } })
      expect(await ok(`data gets x --pipeline ${id}`)).toBe('x')
      expect(await ok('data exists x')).toBe('false\n')
      await ok(`pipelines archive ${id} -y`)
      expect((await headgate(`data gets x --pipeline ${id}`)).code).toBe(3)
    })

    it('are copied by their addresses, large ones in parts', async () => {
      const bytes = randomBytes(6 * 1024 * 1024)
      await writeFile(join(cli.home, 'large'), bytes)
      await ok('cp large headgate://user/large')
      await ok('cp headgate://user/large headgate://user/copy')
      await ok('cp headgate://user/copy back2')
      expect((await readFile(join(cli.home, 'back2'))).equals(bytes)).toBe(true)
      expect((await headgate('cp large back3')).code).toBe(2)
      expect((await headgate('cp large headgate://petstore/x')).code).toBe(2)
    })
  })

  it('keeps secrets that are said on standard input, and shows no value (E07)', async () => {
    await ok('secrets set user A_KEY', { input: 'the-value\n' })
    expect(values(await ok('secrets list'))[0]).toMatchObject({ scope: 'user', key: 'A_KEY' })
    expect(everything.join('')).not.toContain('the-value')
    await ok('secrets delete user A_KEY --yes')
  })

  it('takes no credential as an argument, which others could see', async () => {
    const line = `connectors create lab --kind postgres --config host=127.0.0.1 --config database=d --config user=u`
    const said = await headgate(`${line} --credential '{"password":"the-password"}'`)
    expect(said.code).toBe(2)
    expect(said.err).toContain('--credential-env')
    expect((await headgate('connectors create pasted --from-url postgresql://u:the-password@127.0.0.1/d')).code).toBe(2)
    await ok('connectors create pasted --from-url-env DB', { env: { DB: 'postgresql://u:the-password@127.0.0.1/d' } })
    expect(values(await ok('connectors get pasted'))[0]).toMatchObject({ kind: 'postgres', hasCredential: true })
    await ok(`${line} --credential-env password=PW --title 'The lab'`, { env: { PW: 'the-password' } })
    expect(values(await ok('connectors get lab'))[0]).toMatchObject({ title: 'The lab', hasCredential: true })
    await ok('connectors update lab --config port=5433')
    expect(values(await ok('connectors get lab'))[0].config).toMatchObject({ host: '127.0.0.1', port: 5433 })
    const check = await headgate('connectors check lab --within 2000')
    expect(check.code).toBe(6)
    expect(values(check.out)[0].status).toBe('NO_CONNECTION')
    expect(everything.join('')).not.toContain('the-password')
  })

  it('asks before it takes something away, and where nobody can be asked refuses', async () => {
    const { code, err } = await headgate('connectors delete lab')
    expect(code).toBe(2)
    expect(err).toContain('--yes')
    await ok('connectors delete lab --yes')
  })

  describe('configuration as code', () => {
    it('is exported, and applied again changes nothing', async () => {
      await ok('export -o headgate.yaml')
      const yaml = await readFile(join(cli.home, 'headgate.yaml'), 'utf8')
      expect(yaml).toMatch(/^connectors:\n/)
      expect(yaml).toContain('  - name: data-warehouse-sql\n')
      const { code, err } = await headgate('apply -f headgate.yaml')
      expect(`${code} ${err}`).toMatch(/^0 0 to create, 0 to change, \d+ as they are\.\n$/)
    })

    const file = `connectors:
  - name: applied
    kind: postgres
    config: { host: 127.0.0.1, database: d, user: u }
    credential: { password: { env: PW } }
    allowWrite: true
datasources:
  - name: applied-table
    connector: applied
    selection: { table: t }
schedules:
  - datasource: applied-table
    every: 1d
    from: 2030-01-01T02:00:00Z
    paused: true
exporters:
  - name: applied-out
    connector: applied
    table: t
    mode: append
`
    it('is shown before it is done, and done once', async () => {
      await writeFile(join(cli.home, 'new.yaml'), file)
      const env = { PW: 'the-password' }
      const dry = await headgate('apply -f new.yaml --dry-run', { env })
      expect(dry.err).toContain('+ connectors/applied\n    + name: "applied"')
      expect(dry.err).toContain('+ credential: (not shown)')
      expect(dry.err).toContain('4 to create, 0 to change')
      expect((await headgate('connectors get applied')).code).toBe(3)
      expect((await headgate('apply -f new.yaml', { env })).code).toBe(2)
      await ok('apply -f new.yaml --yes', { env })
      expect(values(await ok('schedules get applied-table'))[0]).toMatchObject({ every: '1d', paused: true })
      await ok('export -o all.yaml')
      expect((await headgate('apply -f all.yaml')).err).toMatch(/^0 to create, 0 to change/)
      const changed = file.replace('table: t', 'table: u').replace(/ {4}credential.*\n/, '')
      const again = await headgate('apply -f - --yes', { input: changed })
      expect(again.err).toContain('~ datasources/applied-table\n    - selection.table: "t"\n    + selection.table: "u"')
      expect(values(await ok('datasources get applied-table'))[0].selection).toEqual({ table: 'u' })
      expect((await headgate('apply -f new.yaml --yes')).err).toContain('PW is not set')
    })

    it.each([
      ['no YAML', 'a: [', 'no YAML'],
      ['another thing', 'tables: []', 'may hold connectors, datasources, schedules, exporters'],
      ['another field', 'connectors: [{name: a, colour: red}]', 'colour'],
      ['no name', 'connectors: [{kind: a}]', 'no name'],
    ])('is refused before anything is done: %s', async (_, input, why) => {
      const { code, err } = await headgate('apply -f - --yes', { input })
      expect(code).toBe(2)
      expect(err).toContain(why)
    })
  })

  describe('--print-curl and --print-python', () => {
    it('print what would be sent, without the token, and send nothing', async () => {
      const curl = await ok('datasources delete weather-copy --print-curl')
      expect(curl).toBe(
        `curl -X DELETE -H "Authorization: Bearer $HEADGATE_TOKEN" -H 'if-match: *' ${url}/v1/datasources/weather-copy\n`,
      )
      expect((await headgate('datasources get weather-copy')).code).toBe(0)
      expect(await ok('tokens create t --scope read --print-python')).toContain(
        'data="{\\"name\\":\\"t\\",\\"scopes\\":[\\"read\\"]}".encode()',
      )
      expect(await ok('secrets set user X --print-curl', { input: 'the-value' })).not.toContain('the-value')
      expect(await ok('data put x bytes --print-curl')).toContain('--data-binary @bytes')
      expect(await ok(`pull ${source}/movies --where 'movie_id < 3' --print-python`)).toContain(
        'rows.to_dataframe(where=["movie_id", "lt", 3])',
      )
    })
  })

  describe('signing in', () => {
    it('keeps a token from standard input in a profile that only its owner reads', async () => {
      const env = { HEADGATE_URL: '', HEADGATE_TOKEN: '' }
      await ok(`login ${url} --with-token --profile lab`, { input: `Authorization: Bearer ${token}\n`, env })
      const file = join(cli.home, '.config/headgate/profiles.json')
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(JSON.parse(await readFile(file, 'utf8')).profiles.lab).toEqual({ url, token })
      expect(values(await ok('auth status', { env }))[0]).toMatchObject({ url, id: 'admin', profile: 'lab' })
      const explained = values(await ok('config explain --profile lab'))
      expect(explained.find(({ setting }) => setting === 'url').from).toContain('profile lab')
      expect(explained.find(({ setting }) => setting === 'token').value).toBe('set')
      expect((await headgate(`login ${url} --with-token --profile lab`, { input: 'hg_pat_wrong', env })).code).toBe(4)
      expect(values(await ok('auth status', { env }))[0].id).toBe('admin')
      await ok('logout --profile lab', { env })
      expect((await headgate('auth status', { env })).code).toBe(4)
    })

    it('lets a device in that somebody approves elsewhere', async () => {
      const env = { HEADGATE_TOKEN: '', HEADGATE_PROFILES: join(cli.home, 'device.json') }
      const approved: Promise<unknown>[] = []
      const ran = await headgate('login --device --scope read', {
        env,
        onStart: (child) => {
          let said = ''
          child.stderr!.on('data', (chunk) => {
            said += chunk
            const [, code] = /enter (\S+), or/.exec(said) ?? []
            if (code && approved.length === 0) approved.push(ok(`auth approve ${code}`))
          })
        },
      })
      await Promise.all(approved)
      expect(`${ran.code} ${ran.err}`).toMatch(/^0 .*Signed in at .* as admin/s)
      expect(values(await ok('auth status', { env: { ...env, HEADGATE_URL: '' } }))[0].scopes).toBe('read')
    })
  })

  describe('signing in at a deployment', () => {
    /** A provider as the deployment names it, and the deployment: its API is the real one. */
    async function deployment() {
      let challenge = ''
      const provider: HttpServer = await serveHttp(({ url: target, body }, response) => {
        const { pathname, searchParams } = new URL(target, 'http://provider.test')
        if (pathname === '/.well-known/openid-configuration')
          return {
            body: {
              authorization_endpoint: `${provider.origin}/authorize`,
              token_endpoint: `${provider.origin}/token`,
            },
          }
        if (pathname === '/authorize') {
          challenge = searchParams.get('code_challenge')!
          const back = new URL(searchParams.get('redirect_uri')!)
          back.searchParams.set('state', searchParams.get('state')!)
          back.searchParams.set(searchParams.get('client_id') === 'app' ? 'code' : 'error', 'the-code')
          response.writeHead(302, { location: String(back) }).end()
          return undefined
        }
        const sent = new URLSearchParams(body)
        const proof = createHash('sha256').update(sent.get('code_verifier')!).digest('base64url')
        if (sent.get('code') !== 'the-code' || proof !== challenge) return { status: 400, body: {} }
        return { body: { access_token: token } }
      })
      const app = { clientId: 'app' }
      const front = await serveHttp(async ({ method, url: target, headers, body }) => {
        if (target === '/app.json') return { body: { signIn: { authority: provider.origin, ...app } } }
        const sent = { authorization: headers.authorization ?? '', 'content-type': 'application/json' }
        const reply = await fetch(`${url}${target}`, { method, headers: sent, ...(body && { body }) })
        return { status: reply.status, body: await reply.text() }
      })
      return { app, provider, front, stop: () => Promise.all([provider.stop(), front.stop()]) }
    }

    /** What a browser does: opens the address that is printed, and follows where it is sent. */
    const browsing = (opened: Promise<string>[], spoil = (address: string) => address) => ({
      env: { HEADGATE_TOKEN: '', HEADGATE_PROFILES: join(cli.home, 'browser.json') },
      onStart: (child: ChildProcess) => {
        let said = ''
        child.stderr!.on('data', (chunk) => {
          said += chunk
          const [, address] = /Sign in at\n {2}(\S+)\n/.exec(said) ?? []
          if (address && opened.length === 0) opened.push(fetch(spoil(address)).then((reply) => reply.text()))
        })
      },
    })

    it('goes by the browser, and keeps a token of its own that lasts', async () => {
      const { front, stop } = await deployment()
      const opened: Promise<string>[] = []
      const { code, err } = await headgate(`login ${front.origin} --scope read`, browsing(opened))
      await stop()
      expect(`${code} ${err}`).toMatch(/^0 .*Signed in at .* as admin/s)
      expect(await opened[0]).toBe('You are signed in. This window can be closed.\n')
      const kept = JSON.parse(await readFile(join(cli.home, 'browser.json'), 'utf8')).profiles.default
      expect(kept.token).toMatch(/^hg_pat_/)
      expect(kept.token).not.toBe(token)
      expect(values(await ok('auth status', { env: { HEADGATE_TOKEN: kept.token } }))[0].scopes).toBe('read')
    })

    it('takes no code that is not of this very login, and tells of a refusal', async () => {
      const { app, front, stop } = await deployment()
      app.clientId = 'nobody'
      const opened: Promise<string>[] = []
      const { code, err } = await headgate(`login ${front.origin}`, browsing(opened))
      expect(`${code} ${err}`).toMatch(/^2 .*The login was refused: the-code/s)
      app.clientId = 'app'
      const forged: Promise<string>[] = []
      let child: ChildProcess | undefined
      const { env, onStart } = browsing(forged, (address) => address.replace(/state=[^&]+/, 'state=forged'))
      const waiting = headgate(`login ${front.origin}`, {
        env,
        onStart: (started) => {
          child = started
          onStart(started)
        },
      })
      while (forged.length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await forged[0]).toBe('There is nothing here.\n')
      child!.kill('SIGINT')
      expect((await waiting).code).toBe(130)
      await stop()
    })
  })

  describe('completion', () => {
    const completed = async (...words: string[]) => (await run(['__complete', '--', ...words])).out.trim().split('\n')

    it('knows commands, options and the names of what is there', async () => {
      expect(await completed('so')).toEqual(['sources'])
      expect(await completed('sources', '')).toEqual(['list', 'get'])
      expect(await completed('pull', '--se')).toEqual(['--select'])
      expect(await completed('sources', 'get', 'data')).toEqual([source])
      expect(await completed('pull', `${source}/mov`)).toEqual([`${source}/movies`])
      expect(await completed('completion', '')).toEqual(['bash', 'zsh', 'fish', 'powershell'])
      expect((await run(['__complete', '--', 'sources', 'get', ''], { env: { HEADGATE_TOKEN: 'wrong' } })).err).toBe('')
    })

    it('completes in bash', async () => {
      await ok('completion bash -o completion.bash')
      const { spawnSync } = await import('node:child_process')
      const { program } = await import('../support/cli.ts')
      const script = `headgate() { "${process.execPath}" "${program}" "$@"; }; . ./completion.bash
COMP_WORDS=(headgate sources get data); COMP_CWORD=3; _headgate; printf '%s\\n' "\${COMPREPLY[@]}"`
      const env = { PATH: process.env.PATH ?? '', HOME: cli.home, HEADGATE_URL: url, HEADGATE_TOKEN: token }
      const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: cli.home, env, encoding: 'utf8' })
      expect(`${stdout}${stderr}`).toBe(`${source}\n`)
    })
  })

  describe.skipIf(noTerminal !== undefined)(`on a terminal${noTerminal ? ` (skipped: ${noTerminal})` : ''}`, () => {
    it('shows tables in bold and dim, and no colour where NO_COLOR or TERM=dumb say so', async () => {
      const { code, out } = await cli.onTerminal(['sources', 'list'])
      expect(code).toBe(0)
      expect(out).toMatch(/^\u001b\[1mname/)
      for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
        const plain = await cli.onTerminal(['head', `${source}/experiments`, '--select', 'experiment_id', '-n', '1'], {
          env,
        })
        expect(plain.out).toBe('experiment_id\n            1\n1 row\n')
      }
    })

    it('asks, and does it only for a yes', async () => {
      await ok('data puts asked', { input: 'x' })
      const no = await cli.onTerminal(['data', 'delete', 'asked'], { keys: 'n\n' })
      expect(`${no.code} ${no.out}`).toMatch(/^1 .*\[y\/N\].*Nothing was changed/s)
      expect(await ok('data exists asked')).toBe('true\n')
      expect((await cli.onTerminal(['data', 'delete', 'asked', '--no-input'])).code).toBe(2)
      expect((await cli.onTerminal(['data', 'delete', 'asked'], { keys: 'y\n' })).code).toBe(0)
      expect(await ok('data exists asked')).toBe('false\n')
    })

    it('reads a secret without showing it', async () => {
      const { code, out } = await cli.onTerminal(['secrets', 'set', 'user', 'TYPED'], { keys: 'typed-value\r' })
      expect(`${code} ${out}`).toMatch(/^0 .*TYPED: .*Kept: user TYPED/s)
      expect(values(await ok('secrets list')).map(({ key }) => key)).toContain('TYPED')
    })

    it('draws how far a snapshot is, over one line, and shows no bytes of Parquet', async () => {
      const { code, out } = await cli.onTerminal(['snapshots', 'take', 'weather-copy'])
      expect(code).toBe(0)
      expect(out).toMatch(/\r\u001b\[K.*rows/)
      expect(out).toMatch(/Version 2: 2922 rows/)
      expect((await cli.onTerminal(['pull', `${source}/movies`, '--format', 'parquet'])).code).toBe(2)
    })
  })

  it('starts a Headgate of this machine, and ends with it', async () => {
    const elsewhere = await cliHome()
    const args = ['dev', '--', '--port', '0', '--no-demo', '--data', join(elsewhere.home, 'data')]
    const ran = await elsewhere.run(args, {
      onStart: (child) => {
        let said = ''
        child.stdout!.on('data', (chunk) => {
          said += chunk
          if (said.includes('Try it')) child.kill('SIGINT')
        })
      },
    })
    expect(ran.out).toMatch(/^Headgate is ready at http:\/\/127\.0\.0\.1:\d+\n/)
    expect(ran.code).toBe(0)
    await elsewhere.remove()
  })

  it('has said the token nowhere, and given it to no process as an argument', async () => {
    expect(everything.length).toBeGreaterThan(100)
    expect(everything.filter((said) => said.includes(token))).toEqual([])
  })
})
