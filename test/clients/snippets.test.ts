import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Language, languagesOf, snippet, type View } from '../../clients/typescript/snippets.ts'
import { type Called, callLanguages, callSnippet } from '../../clients/typescript/snippets-of-calls.ts'
import { program } from '../support/cli.ts'
import { root } from '../support/code.ts'
import { type Headgate as Server, startHeadgate, temporaryFolder } from '../support/headgate.ts'

const source = 'data-warehouse-sql'
const python = process.env.HEADGATE_PYTHON
const noPython = python ? undefined : 'HEADGATE_PYTHON names no Python'

/** What is looked at, and what every program that shows it must print. */
const views: readonly { readonly name: string; readonly view: Omit<View, 'url'>; readonly shows: readonly RegExp[] }[] =
  [
    {
      name: 'a table with columns, a filter, an order and a limit',
      view: {
        of: { source, table: 'movies' },
        select: ['title', 'imdb_rating'],
        where: { and: [['imdb_rating', 'ge', 9], ['title', 'like', '%T%'], { not: ['major_genre', 'is-null'] }] },
        order: ['-imdb_rating', 'title'],
        limit: 3,
      },
      shows: [/The Shawshank Redemption/, /9\.2/],
    },
    {
      name: 'a query with parameters',
      view: {
        of: {
          source,
          sql: 'select $1::text as word, n from generate_series(1, 9) as n where n > $2::int',
          parameters: ["it's “so”", 3],
        },
        limit: 2,
      },
      shows: [/it's “so”/, /\b5\b/],
    },
    {
      name: 'a version of a dataset',
      view: {
        of: { dataset: 'snippets', version: 1 },
        where: ['location', 'eq', 'Seattle'],
        select: ['date', 'location'],
        limit: 2,
      },
      shows: [/Seattle/, /2012(-01-01|, 1, 1)/],
    },
    {
      name: 'a file',
      view: { of: { source: 'public-data-s3', key: 'csv/iowa-electricity.csv' } },
      shows: [/Fossil/, /35361/],
    },
    {
      name: 'rows of a file',
      view: {
        of: { source: 'public-data-s3', key: 'csv/iowa-electricity.csv' },
        select: ['source', 'net_generation'],
        where: ['source', 'eq', 'Renewables'],
        limit: 2,
      },
      shows: [/Renewables/, /1437/],
    },
  ]

/** What is called, and what every program that calls it must print. */
const calls: readonly { readonly name: string; readonly called: Called; readonly shows: RegExp }[] = [
  {
    name: 'an operation of an API',
    called: { source: 'petstore', tag: 'pet', operation: 'findPetsByStatus', parameters: { status: ['available'] } },
    shows: /available/,
  },
  {
    name: 'an operation with a body',
    called: {
      source: 'petstore',
      tag: 'pet',
      operation: 'addPet',
      parameters: {},
      body: { name: "it's “so”", photoUrls: [], status: 'sold' },
    },
    shows: /it's (“so”|\\u201cso)/,
  },
  { name: 'an object', called: { object: 'user/folder of mine/words.txt' }, shows: /a few words/ },
]

const pythons: readonly Language[] = ['python', 'pandas', 'polars', 'duckdb']
/** Runs each program that comes as JSON in a namespace of its own; answers with what they printed. */
const runner = `
import contextlib, io, json, sys, traceback
printed = []
for code in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(code, "snippet", "exec"), {})
        except Exception:
            out.write(traceback.format_exc())
    printed.append(out.getvalue())
json.dump(printed, sys.stdout)
`

describe('a view as a program', () => {
  let server: Server
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let place: string
  let url: string
  let env: Record<string, string>
  let fromPython: Readonly<Record<string, string>> = {}

  beforeAll(async () => {
    folder = await temporaryFolder()
    server = startHeadgate({ args: ['--port', '0', '--data', folder.path] })
    const { origin, token } = await server.ready()
    url = origin
    place = await mkdtemp(join(tmpdir(), 'headgate-snippets-'))
    await mkdir(join(place, 'node_modules/@headgate'), { recursive: true })
    await symlink(join(root, 'clients/typescript'), join(place, 'node_modules/@headgate/client'))
    await symlink(join(root, 'node_modules/@uwdata'), join(place, 'node_modules/@uwdata'))
    await writeFile(join(place, 'package.json'), '{"type":"module"}')
    await writeFile(join(place, 'headgate'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
      mode: 0o755,
    })
    const PATH = [place, process.env.PATH].join(delimiter)
    const PYTHONPATH = join(root, 'clients/python/src')
    env = { PATH, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1', HOME: place, HEADGATE_URL: url, HEADGATE_TOKEN: token }
    const ran = await run('headgate', ['datasources', 'create', 'snippets', source, '--table', 'weather'])
    expect(ran).toContain('"name":"snippets"')
    await run('headgate', ['snapshots', 'take', 'snippets'])
    await run('headgate', ['data', 'puts', 'folder of mine/words.txt'], 'a few words')
    if (python) fromPython = await runPython()
  })
  afterAll(async () => {
    server.child.kill('SIGINT')
    await server.ended()
    await folder.remove()
    await rm(place, { recursive: true, force: true })
  })

  async function run(command: string, args: readonly string[], input = ''): Promise<string> {
    const child = spawn(command, args, { cwd: place, env, stdio: ['pipe', 'pipe', 'pipe'] })
    const said: Buffer[] = []
    const failed: Buffer[] = []
    child.stdout.on('data', (chunk) => said.push(chunk))
    child.stderr.on('data', (chunk) => failed.push(chunk))
    child.stdin.end(input)
    await once(child, 'close')
    return Buffer.concat(child.exitCode === 0 ? said : [...said, ...failed]).toString()
  }

  /** All of Python in one process: its libraries take their time to load. */
  async function runPython(): Promise<Readonly<Record<string, string>>> {
    const programs = [
      ...views.flatMap(({ name, view }) =>
        languagesOf({ ...view, url })
          .filter((language) => pythons.includes(language))
          .map((language) => ({ key: `${name} ${language}`, code: snippet({ ...view, url }, language) })),
      ),
      ...calls.map(({ name, called }) => ({ key: `${name} python`, code: callSnippet(url, called, 'python') })),
    ]
    const printed = JSON.parse(await run(python!, ['-c', runner], JSON.stringify(programs.map(({ code }) => code))))
    return Object.fromEntries(programs.map(({ key }, i) => [key, printed[i]]))
  }

  async function printedBy(code: string, language: Language, name: string): Promise<string> {
    if (pythons.includes(language)) return fromPython[`${name} ${language}`]!
    if (language !== 'typescript') return run('sh', ['-c', code])
    const file = join(place, 'snippet.ts')
    await writeFile(file, code)
    return run(process.execPath, [file])
  }

  const cases = views.flatMap(({ name, view, shows }) =>
    languagesOf({ ...view, url: '' }).map((language) => ({ name, view, shows, language })),
  )

  it.skipIf(noPython !== undefined)(`runs in Python${noPython ? ` (skipped: ${noPython})` : ''}`, () => {
    const ofViews = cases.filter(({ language }) => pythons.includes(language))
    expect(Object.keys(fromPython)).toHaveLength(ofViews.length + calls.length)
  })

  it.each(noPython ? cases.filter(({ language }) => !pythons.includes(language)) : cases)(
    'shows $name in $language',
    async ({ name, view, shows, language }) => {
      const printed = await printedBy(snippet({ ...view, url }, language), language, name)
      for (const shown of shows) expect(printed).toMatch(shown)
    },
  )

  it.each(
    calls
      .flatMap((call) => callLanguages.map((language) => ({ ...call, language })))
      .filter(({ language }) => !noPython || language !== 'python'),
  )('calls $name in $language', async ({ name, called, shows, language }) => {
    expect(await printedBy(callSnippet(url, called, language), language, name)).toMatch(shows)
  })

  const blocksOf = async (path: string, language: string) =>
    (await readFile(join(root, path), 'utf8'))
      .matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))
      .map(([, block]) => block!)
      .toArray()

  it('and the README of the TypeScript client run as they stand, one after the other', async () => {
    const blocks = await blocksOf('clients/typescript/README.md', 'ts')
    expect(blocks.length).toBeGreaterThan(6)
    // Node wants every import before the rest: they are hoisted in any case.
    await writeFile(join(place, 'readme.ts'), blocks.join('\n'))
    const printed = await run(process.execPath, ['readme.ts'])
    expect(printed).toContain('data-warehouse-sql postgres\n')
    expect(printed).toMatch(/not-found Did you mean data-warehouse-sql\?\n$/)
  })

  // Some thirty processes, one after the other.
  it('and the README of the command run as they stand, one after the other', async () => {
    const blocks = await blocksOf('cli/README.md', 'sh')
    expect(blocks.length).toBeGreaterThan(7)
    const printed = await run('sh', ['-e', '-c', `${blocks.join('\n')}\necho all of it`])
    expect(printed).toMatch(/\nall of it\n$/)
    expect(printed).toContain('"family":"polyurethane","n":"51"')
  })

  it('holds no token in any language', () => {
    for (const { view, language } of cases)
      expect(snippet({ ...view, url }, language)).not.toContain(env.HEADGATE_TOKEN)
  })
})
