import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPetstore } from '../../local/demo/petstore.ts'
import { kinds } from '../../shared/connectors/index.ts'
import { hasOpenssl, makeCertificate } from '../support/certificates.ts'
import { cliHome, program } from '../support/cli.ts'
import { root } from '../support/code.ts'
import { fileTree } from '../support/file-tree.ts'
import { ftpLogin, testFtp } from '../support/ftp-server.ts'
import { type Headgate, startHeadgate, temporaryFolder } from '../support/headgate.ts'
import { serveHttp } from '../support/http-server.ts'
import { describeMariadb } from '../support/mariadb.ts'
import { moto } from '../support/moto.ts'
import { testPostgres } from '../support/postgres.ts'
import { testStore } from '../support/s3-store.ts'
import { sftpLogin, testSftp } from '../support/sftp-server.ts'

const offered = kinds.filter(({ isOurs }) => !isOurs).map(({ kind }) => kind)
const pageOf = (kind: string): string => readFileSync(join(root, `docs/connectors/${kind}.md`), 'utf8')
const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block]) => block!)

describe('the page of each kind', () => {
  it.each(offered)('%s is there, with the headings that all have, in their order', (kind) => {
    expect(existsSync(join(root, `docs/connectors/${kind}.md`))).toBe(true)
    const page = pageOf(kind)
    expect(page).toMatch(new RegExp(`^# ${kind}: \\S`))
    const common = ['What to fill in', 'Least rights', 'Try it', 'Types', 'Limits']
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!)
    expect(headings.filter((heading) => common.includes(heading))).toEqual(common)
  })

  it.each(offered)('%s names every field of its config and its credential', (kind) => {
    const { config, credential } = kinds.find((each) => each.kind === kind)!
    const fields = [config, credential].flatMap((schema) =>
      Object.keys((schema as unknown as { readonly shape: object }).shape),
    )
    const page = pageOf(kind)
    // What an id of ours is nobody fills in, but everybody reads.
    for (const field of fields) expect(page, field).toContain(`\`${field}\``)
  })

  it.each(offered)('%s has policies that are JSON', (kind) => {
    for (const block of blocksOf(pageOf(kind), 'json')) expect(() => JSON.parse(block)).not.toThrow()
  })
})

const batches = { 'plates-06.csv': 'batch,wells\nA1,96\nA2,24\n', 'plates-07.csv': 'batch,wells\nB1,96\n' }
const files = Object.fromEntries(Object.entries(batches).map(([name, text]) => [`exports/2026/${name}`, text]))
const table = `CREATE TABLE plates (batch varchar(9), wells int);
  INSERT INTO plates VALUES ('A1', 96), ('A2', 24), ('B1', 96)`

const certificate = hasOpenssl ? makeCertificate(['DNS:localhost']) : undefined
const tree = await fileTree(tmpdir(), files)
// Each is there, and to be ended after all tests, before any is declared.
const started = {
  postgres: await testPostgres(),
  store: moto.missing ? undefined : await testStore(files),
  ftp: certificate && (await testFtp(tree, certificate)),
  sftp: await testSftp(tree),
  petstore: await startPetstore(),
  http: await serveHttp(({ url, headers }) => {
    const body = files[url.slice(1)]
    if (headers.authorization !== 'Bearer a-token-6f21') return { status: 401 }
    if (body === undefined) return { status: 404 }
    const etag = `"${createHash('sha256').update(body).digest('hex')}"`
    return { headers: { 'content-type': 'text/csv', etag }, body }
  }),
}
afterAll(() => Promise.all([started.petstore.stop(), started.http.stop()]))

/** What of an example is another thing here, and the variables that it takes its secrets from. */
interface Place {
  readonly replaced: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

describe('the examples of the pages run', () => {
  const python = process.env.HEADGATE_PYTHON
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let server: Headgate
  let cli: Awaited<ReturnType<typeof cliHome>>
  let settings: Readonly<Record<string, string>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    const args = ['--port', '0', '--no-demo', '--data', folder.path]
    server = startHeadgate({ args, env: { HEADGATE_ALLOW: 'localhost:*' } })
    const ready = await server.ready()
    settings = { HEADGATE_URL: ready.origin, HEADGATE_TOKEN: ready.token }
    cli = await cliHome()
    const command = join(cli.home, 'headgate')
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
    await chmod(command, 0o755)
  })
  afterAll(async () => {
    server.child.kill('SIGINT')
    await server.ended()
    await cli.remove()
    await folder.remove()
  })

  /** Runs what stands below "Try it" at another place; what it prints. */
  async function tryPage(kind: string, { replaced, env = {} }: Place): Promise<string> {
    const [, section] = pageOf(kind).split(/^## Try it$/m)
    const text = section!.split(/^## /m)[0]!
    const moved = Object.entries(replaced).reduce((block, [from, to]) => {
      expect(block).toContain(from)
      return block.replaceAll(from, () => to)
    }, blocksOf(text, 'sh').join('\n'))
    const at = { cwd: cli.home, env: { PATH: `${cli.home}:${process.env.PATH}`, HOME: cli.home, ...settings, ...env } }
    const run = promisify(execFile)
    const { stdout } = await run('sh', ['-euc', moved], at)
    if (!python) return stdout
    const env2 = { ...at.env, PYTHONPATH: join(root, 'clients/python/src') }
    const shown = await run(python, ['-c', blocksOf(text, 'python').join('\n')], { ...at, env: env2 })
    return stdout + shown.stdout
  }
  const note = python ? '' : ' (its Python skipped: HEADGATE_PYTHON names none)'

  it.concurrent(`of postgres${note}`, async () => {
    const { sql, port, database, reader } = started.postgres
    await sql(table)
    const place = `host=localhost --config port=${port}`
    const replaced = {
      'host=db.example.org': place,
      'database=warehouse': `database=${database}`,
      'user=headgate': `user=${reader.user}`,
    }
    const shown = await tryPage('postgres', { replaced, env: { WAREHOUSE_PASSWORD: reader.password } })
    expect(shown).toContain('{"batch":"B1","wells":96}')
  })

  describeMariadb(`of mysql${note}`, (maria) => {
    it('at MariaDB', async () => {
      await maria.sql(table)
      const replaced = {
        'host=db.example.org': `host=localhost --config port=${maria.port}`,
        'user=headgate': `user=${maria.reader.user}`,
      }
      const shown = await tryPage('mysql', { replaced, env: { WAREHOUSE_PASSWORD: maria.reader.password } })
      expect(shown).toContain('{"batch":"B1","wells":96}')
    })
  })

  const withStore = moto.missing ? it.skip : it.concurrent
  withStore(`of s3${moto.missing ? ` (skipped: ${moto.missing})` : note}`, async () => {
    const { endpoint, bucket, keys } = started.store!
    const replaced = { 'bucket=lab-data': `bucket=${bucket} --config endpoint=${endpoint}` }
    const env = { S3_KEY_ID: keys.accessKeyId, S3_SECRET: keys.secretAccessKey }
    expect(await tryPage('s3', { replaced, env })).toContain('{"batch":"B1","wells":"96"}')
  })

  const withCertificate = hasOpenssl ? it.concurrent : it.skip
  withCertificate(`of ftp${hasOpenssl ? note : ' (skipped: there is no openssl)'}`, async () => {
    const replaced = {
      'host=ftp.example.org': `host=localhost --config port=${started.ftp!.port} --config "ca=$CA"`,
    }
    const env = { FTP_PASSWORD: ftpLogin.password, CA: certificate!.ca }
    expect(await tryPage('ftp', { replaced, env })).toContain('{"batch":"B1","wells":"96"}')
  })

  it.concurrent(`of sftp${note}`, async () => {
    const { port, fingerprint } = started.sftp
    const replaced = { 'host=sftp.example.org': `host=localhost --config port=${port}` }
    const shown = await tryPage('sftp', { replaced, env: { SFTP_PASSWORD: sftpLogin.password } })
    expect(shown).toContain('{"batch":"B1","wells":"96"}')
    expect(shown).toContain(fingerprint)
  })

  it.concurrent(`of http${note}`, async () => {
    const { origin } = started.http
    const replaced = { 'https://data.example.org/exports/': `${origin}/exports/` }
    const shown = await tryPage('http', { replaced, env: { DATA_TOKEN: 'a-token-6f21' } })
    expect(shown).toContain('{"batch":"A2","wells":"24"}')
  })

  it.concurrent(`of openapi${note}`, async () => {
    const { specUrl, apiKey } = started.petstore
    const replaced = { 'https://api.example.org/openapi.json': specUrl }
    const shown = await tryPage('openapi', { replaced, env: { SHOP_KEY: apiKey.reveal() } })
    expect(shown).toMatch(/\{"id":"1","name":"\w+"\}/)
  })

  it.concurrent(`of custom${note}`, async () => {
    const shown = await tryPage('custom', { replaced: {}, env: { RATES_KEY: 'any' } })
    expect(shown).toMatch(/\{"date":"2025-01-01","currency":"CHF","rate":[\d.]+\}/)
  })
})
