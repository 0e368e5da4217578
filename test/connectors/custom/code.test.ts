import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { inspect } from 'node:util'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { childRunner } from '../../../shared/connectors/custom/child-runner.ts'
import type { Extract } from '../../../shared/connectors/kind.ts'
import type { Check } from '../../../shared/domain/check.ts'
import { childrenAlive, hasPython, testConnections } from '../../support/connections.ts'
import { showRows } from '../../support/rows.ts'

const connections = await testConnections()
const { write, kind, folder } = connections
const opened: { close(): Promise<void> }[] = []
const open: typeof connections.open = async (...given) => {
  const connection = await connections.open(...given)
  opened.push(connection)
  return connection
}
afterEach(async () => {
  for (const connection of opened.splice(0)) await connection.close()
})
afterAll(connections.remove)

let made = 0
type Language = 'python' | 'typescript'

/** A connection of that code; what it lists is `objects` by name and fingerprint, unless the code says otherwise. */
async function code(language: Language, text: string): Promise<string> {
  const name = `c${++made}`
  await write(`${name}/connection.${language === 'python' ? 'py' : 'ts'}`, text)
  return name
}

const rowsOf = async (extract: Extract) => {
  if (extract.shape !== 'rows') throw new Error('rows are expected')
  return { columns: extract.schema.map(({ name, type }) => [name, type.is]), rows: await showRows(extract) }
}
const select = (selection: object = {}) => kind.selection.parse(selection)
/** Whether a process runs; one that is dead and not yet collected does not. */
/** A killed process may need a moment to be gone. */
const within = { timeout: 15_000 }

const isRunning = (pid: string): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
const failed = ({ stages }: Check) => stages.find(({ ok }) => !ok)

/** The same connection in both languages: what is asked of one is asked of the other. */
const languages: readonly Language[] = hasPython ? ['python', 'typescript'] : ['typescript']

describe('a connector of one’s own code', () => {
  it('needs a code interface and a fingerprint strategy (A04)', () => {
    const whole = { connection: 'a', codeInterface: 'bytes', fingerprintStrategy: 'content' }
    expect(kind.config.safeParse(whole).success).toBe(true)
    for (const missing of ['connection', 'codeInterface', 'fingerprintStrategy'])
      expect(kind.config.safeParse({ ...whole, [missing]: undefined }).success, missing).toBe(false)
    for (const wrong of [
      { codeInterface: 'spark' },
      { fingerprintStrategy: 'none' },
      { fingerprintStrategy: 'manual' },
      { version: '1' },
    ])
      expect(kind.config.safeParse({ ...whole, ...wrong }).success, JSON.stringify(wrong)).toBe(false)
    expect(kind.config.safeParse({ ...whole, fingerprintStrategy: 'manual', version: '1' }).success).toBe(true)
  })

  it('names exactly one connection, which is there (A01)', async () => {
    const whole = { codeInterface: 'bytes', fingerprintStrategy: 'content' }
    for (const connection of [undefined, ['a', 'b'], '', '../a', 'a/b', '.hidden', 'A'])
      expect(kind.config.safeParse({ ...whole, connection }).success).toBe(false)
    const name = await code('typescript', '')
    const at = { before: undefined, egress: undefined as never, signal: new AbortController().signal }
    const config = kind.config.parse({ ...whole, connection: name })
    expect(await kind.pin!({ config, ...at })).toEqual(config)
    const absent = kind.config.parse({ ...whole, connection: `${name}x` })
    await expect(kind.pin!({ config: absent, ...at })).rejects.toMatchObject({
      code: 'invalid-request',
      hint: expect.stringContaining(name),
      errors: [{ pointer: '/body/config/connection' }],
    })
    await expect((await open({ connection: `${name}x` })).objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject(
      { code: 'not-found' },
    )
  })

  it('is shared: many connectors and datasources use the code of one', async () => {
    const name = await code(
      'typescript',
      `
      export const context = (text, config) => ({ text, config })
      export const listObjects = (c) => [{ name: c.text + c.config.more, fingerprint: '1', isPrefix: false }]
      export const readBytes = (c, { name }) => [Buffer.from('a\\n' + name)]`,
    )
    for (const text of ['x', 'y']) {
      const connection = await open({ connection: name }, { text })
      for (const more of ['1', '2'])
        expect((await rowsOf(await connection.extract(select({ config: { more } })))).rows).toEqual([[text + more]])
    }
  })
})

describe.each(languages)('the code, in %s', (language) => {
  const isPython = language === 'python'
  const of = (python: string, typescript: string) => code(language, isPython ? python : typescript)

  it('that cannot be used is told with file and line, and without the credential (A03)', async () => {
    const text = 'the-credential-7c1f'
    const cases: readonly (readonly [string, string, RegExp])[] = isPython
      ? [
          ['def context(credentials):\n  x = = 1\n', 'bytes', /^connection\.py, line 2: SyntaxError: invalid syntax/],
          [
            'import no_such_module\n',
            'bytes',
            /^connection\.py, line 1: ModuleNotFoundError: No module named 'no_such_module'/,
          ],
          [
            'def list_objects(c, m): pass\ndef read_bytes(c, m): pass\n',
            'bytes',
            /^connection\.py: there is no function context/,
          ],
          ['def context(c): pass\ndef read_bytes(c, m): pass\n', 'bytes', /there is no function list_objects/],
          [
            'def context(c): pass\ndef list_objects(c): pass\ndef read_bytes(c, m): pass\n',
            'bytes',
            /^connection\.py, line 2: list_objects must take 2 arguments/,
          ],
          [
            'def context(c):\n  return 1\nlist_objects = 5\ndef read_bytes(c, m): pass\n',
            'bytes',
            /list_objects is no function/,
          ],
          [
            'def context(c):\n  print(c)\n  raise ValueError("bad " + c)\ndef list_objects(c, m): pass\ndef read_bytes(c, m): pass',
            'bytes',
            /^connection\.py, line 3: ValueError: bad \[secret\]/,
          ],
          [
            'def context(c):\n  import sys\n  print(c, file=sys.stderr)\n  sys.exit(3)\ndef list_objects(c, m): pass\ndef read_bytes(c, m): pass',
            'bytes',
            /SystemExit: 3/,
          ],
          [
            'import os\ndef context(c):\n  print(c, flush=True)\n  os._exit(3)\ndef list_objects(c, m): pass\ndef read_bytes(c, m): pass',
            'bytes',
            /ended with the status 3: \[secret\]/,
          ],
        ]
      : [
          ['export const context = = 1\n', 'bytes', /SyntaxError/],
          ['\nimport "no-such-package"\n', 'bytes', /Cannot find package/],
          [
            'export const listObjects = () => []\nexport const readBytes = () => []\n',
            'bytes',
            /^connection\.ts: there is no exported function context/,
          ],
          [
            'export const context = () => 1\nexport const readBytes = () => []\n',
            'bytes',
            /there is no exported function listObjects/,
          ],
          [
            'export const context = () => 1\nexport const listObjects = (a, b, c) => []\nexport const readBytes = () => []\n',
            'bytes',
            /^connection\.ts, line 2: listObjects must take 2/,
          ],
          [
            'export const context = () => 1\nexport const listObjects = 5\nexport const readBytes = () => []\n',
            'bytes',
            /^connection\.ts, line 2: listObjects is no function/,
          ],
          [
            'export const context = (c) => {\n  console.log(c)\n  throw new TypeError("bad " + c)\n}\nexport const listObjects = () => []\nexport const readBytes = () => []',
            'bytes',
            /^connection\.ts, line 3: TypeError: bad \[secret\]/,
          ],
          [
            'export const context = (c) => {\n  console.error(c)\n  process.exit(3)\n}\nexport const listObjects = () => []\nexport const readBytes = () => []',
            'bytes',
            /ended with the status 3/,
          ],
        ]
    for (const [source, codeInterface, pattern] of cases) {
      const connection = await open({ connection: await code(language, source), codeInterface }, { text })
      const check = await connection.check()
      expect(failed(check)?.detail).toMatch(pattern)
      const thrown = await connection.objects.list({ prefix: '', limit: 1 }).catch((error: unknown) => error)
      expect((thrown as { detail: string }).detail).toMatch(pattern)
      expect(inspect([check, thrown], { depth: 9 })).not.toContain(text)
    }
  })

  it('of each interface must have its own read function (A05)', async () => {
    const reads = isPython
      ? { bytes: 'read_bytes', rows: 'read_rows', dataframe: 'read_dataframe' }
      : { bytes: 'readBytes', rows: 'readRows', dataframe: 'readDataframe' }
    for (const [codeInterface, own] of Object.entries(reads))
      for (const other of Object.values(reads)) {
        const name = await of(
          `def context(c): return {}\ndef list_objects(c, m): return []\ndef ${other}(c, m): return []\n`,
          `export const context = () => ({})\nexport const listObjects = () => []\nexport const ${other} = () => []\n`,
        )
        const connection = await open({ connection: name, codeInterface })
        const check = await connection.check()
        if (own === other) expect(failed(check)).toBeUndefined()
        else expect(failed(check)?.detail).toContain(`function ${own}`)
      }
  })

  it('is given the credential in context alone, once, before it lists, and what that returns everywhere (A06)', async () => {
    const name = await of(
      `import os, sys
calls = []
def context(credentials):
    calls.append("context " + type(credentials).__name__)
    return {"calls": calls, "seen": [a for a in sys.argv if credentials in a] + [k for k, v in os.environ.items() if credentials in v]}
def list_objects(context, metadata):
    context["calls"].append("list " + str(metadata))
    yield {"name": "a", "fingerprint": "1", "is_prefix": False}
def read_rows(context, metadata):
    context["calls"].append("read " + metadata["name"])
    yield {"calls": ", ".join(context["calls"]), "seen": str(context["seen"]), "env": ",".join(sorted(k for k in os.environ if k not in ("LC_CTYPE", "__CF_USER_TEXT_ENCODING")))}`,
      `const calls: string[] = []
export function context(credentials: string) {
  calls.push('context ' + typeof credentials)
  const seen = [...process.argv, ...Object.values(process.env)].filter((text) => text?.includes(credentials))
  return { calls, seen }
}
export function* listObjects(context: any, metadata: unknown) {
  context.calls.push('list ' + metadata)
  yield { name: 'a', fingerprint: '1', isPrefix: false }
}
export function* readRows(context: any, metadata: any) {
  context.calls.push('read ' + metadata.name)
  yield { calls: context.calls.join(', '), seen: String(JSON.stringify(context.seen)), env: Object.keys(process.env).filter((k) => k !== '__CF_USER_TEXT_ENCODING').sort().join(',') }
}`,
    )
    const connection = await open({ connection: name, codeInterface: 'rows' }, { text: 'the-credential-7c1f' })
    const { rows } = await rowsOf(await connection.extract(select()))
    const calls = isPython ? 'context str, list None, read a' : 'context string, list null, read a'
    expect(rows).toEqual([[calls, '[]', 'HOME,LANG,PATH,TMPDIR']])
  })

  it('lists objects with a name, a fingerprint and whether they are prefixes: anything else is an error (A07)', async () => {
    const items = [
      ['{"name": "a", "fingerprint": "1"}', '{ name: "a", fingerprint: "1" }', /(is_prefix|isPrefix) is nothing/],
      [
        '{"name": "a", "fingerprint": 1, "is_prefix": False}',
        '{ name: "a", fingerprint: 1, isPrefix: false }',
        /fingerprint is (int|number)/,
      ],
      [
        '{"name": 5, "fingerprint": "1", "is_prefix": False}',
        '{ name: 5, fingerprint: "1", isPrefix: false }',
        /name is (int|number)/,
      ],
      [
        '{"name": "a", "fingerprint": "1", "is_prefix": "no"}',
        '{ name: "a", fingerprint: "1", isPrefix: "no" }',
        /(is_prefix|isPrefix) is str/,
      ],
      [
        '{"name": "", "fingerprint": "1", "is_prefix": False}',
        '{ name: "", fingerprint: "1", isPrefix: false }',
        /without a name/,
      ],
      ['"a"', '"a"', /yields a str/],
    ] as const
    for (const [python, typescript, pattern] of items) {
      const name = await of(
        `def context(c): return {}\n\ndef list_objects(c, m):\n    yield ${python}\ndef read_bytes(c, m): return []\n`,
        `export const context = () => ({})\n\nexport function* listObjects() { yield ${typescript} }\nexport const readBytes = () => []\n`,
      )
      const connection = await open({ connection: name })
      await expect(connection.objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({
        code: 'source-failed',
        detail: expect.stringMatching(new RegExp(`^connection\\.(py|ts), line 3: .*${pattern.source}`)),
      })
    }
  })

  it('is called with each prefix as metadata, its own members included; leaves become what is read (A08)', async () => {
    const name = await of(
      `def context(c): return {}
def list_objects(c, metadata):
    depth = 0 if metadata is None else metadata["depth"]
    path = "" if metadata is None else metadata["name"]
    for n in range(2):
        yield {"name": f"{path}{n}/", "fingerprint": "", "is_prefix": True, "depth": depth + 1} if depth < 2 else {"name": f"{path}{n}", "fingerprint": "f", "is_prefix": False, "own": path}
def read_rows(c, metadata): yield {"name": metadata["name"], "own": metadata["own"]}`,
      `export const context = () => ({})
export function* listObjects(_, metadata) {
  const { depth, name } = metadata ?? { depth: 0, name: '' }
  for (const n of [0, 1]) yield depth < 2 ? { name: name + n + '/', fingerprint: '', isPrefix: true, depth: depth + 1 } : { name: name + n, fingerprint: 'f', isPrefix: false, own: name }
}
export function* readRows(_, { name, own }) { yield { name, own } }`,
    )
    const connection = await open({ connection: name, codeInterface: 'rows' })
    const leaves = ['0/0/0', '0/0/1', '0/1/0', '0/1/1', '1/0/0', '1/0/1', '1/1/0', '1/1/1']
    const listed = await connection.objects.list({ prefix: '', limit: 100 })
    expect(listed.items.map(({ key }) => key)).toEqual(leaves)
    const folders = await connection.objects.list({ prefix: '0/', delimiter: '/', limit: 100 })
    expect(folders.items.map(({ key, isFolder }) => [key, isFolder])).toEqual([
      ['0/0/', true],
      ['0/1/', true],
    ])
    const { rows } = await rowsOf(await connection.extract(select()))
    expect(rows).toEqual(leaves.map((leaf) => [leaf, leaf.slice(0, 4)]))
  })

  it('that lists in a circle, or one name twice, is told', async () => {
    const circle = await of(
      `def context(c): return {}\ndef list_objects(c, m):\n    yield {"name": "a/", "fingerprint": "", "is_prefix": True}\ndef read_bytes(c, m): return []`,
      `export const context = () => ({})\nexport const listObjects = () => [{ name: 'a/', fingerprint: '', isPrefix: true }]\nexport const readBytes = () => []`,
    )
    await expect((await open({ connection: circle })).objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({
      detail: expect.stringContaining('below itself'),
    })
    const twice = await of(
      `def context(c): return {}\ndef list_objects(c, m):\n    return [{"name": "a", "fingerprint": "", "is_prefix": False}] * 2\ndef read_bytes(c, m): return []`,
      `export const context = () => ({})\nexport const listObjects = () => Array(2).fill({ name: 'a', fingerprint: '', isPrefix: false })\nexport const readBytes = () => []`,
    )
    await expect((await open({ connection: twice })).objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({
      detail: expect.stringContaining('twice'),
    })
  })

  it('is asked to read each object once, and an error in it fails the whole (A10, A11)', async () => {
    const log = `${folder}/reads-${language}`
    const name = await of(
      `def context(c, config): return config
def list_objects(c, m):
    for n in range(5): yield {"name": str(n), "fingerprint": "1", "is_prefix": False}
def read_rows(c, metadata):
    with open(${JSON.stringify(log)}, "a") as log: log.write(metadata["name"])
    yield {"n": int(metadata["name"])}
    if metadata["name"] == c.get("failing"):
        raise RuntimeError("no more")`,
      `import { appendFileSync } from 'node:fs'
export const context = (_, config) => config
export function* listObjects() { for (let n = 0; n < 5; n++) yield { name: String(n), fingerprint: '1', isPrefix: false } }
export function* readRows(c, { name }) {
  appendFileSync(${JSON.stringify(log)}, name)
  yield { n: Number(name) }
  if (name === c.failing) throw new RangeError('no more')
}`,
    )
    const connection = await open({ connection: name, codeInterface: 'rows' })
    const partitions = await connection.plan(select())
    expect(existsSync(log)).toBe(false)
    expect((await rowsOf(await connection.extract(select(), partitions[0]))).rows).toEqual([
      ['0'],
      ['1'],
      ['2'],
      ['3'],
      ['4'],
    ])
    expect(readFileSync(log, 'utf8')).toBe('01234')
    const failing = connection.extract(select({ config: { failing: '3' } })).then(rowsOf)
    await expect(failing).rejects.toMatchObject({
      code: 'source-failed',
      detail: isPython
        ? 'connection.py, line 8: RuntimeError: no more.'
        : 'connection.ts, line 7: RangeError: no more.',
    })
  })

  it('of bytes is read as one CSV file an object: pieces follow each other, nothing is added (A12)', async () => {
    const name = await of(
      `def context(c): return {}
def list_objects(c, m):
    for n in ("a", "b"): yield {"name": n, "fingerprint": "1", "is_prefix": False}
def read_bytes(c, metadata):
    yield b"id,na"
    yield bytearray(b"me\\n1,")
    yield memoryview(b"x")
    yield b"y\\n" if metadata["name"] == "a" else b""`,
      `export const context = () => ({})
export const listObjects = () => ['a', 'b'].map((name) => ({ name, fingerprint: '1', isPrefix: false }))
export async function* readBytes(_, { name }) {
  yield Buffer.from('id,na')
  yield new TextEncoder().encode('me\\n1,')
  yield Buffer.from('x')
  yield Buffer.from(name === 'a' ? 'y\\n' : '')
}`,
    )
    const connection = await open({ connection: name })
    expect(await rowsOf(await connection.extract(select()))).toEqual({
      columns: [
        ['id', 'int64'],
        ['name', 'utf8'],
      ],
      rows: [
        ['1', 'xy'],
        ['1', 'x'],
      ],
    })
    const files = await connection.extract(select({ parse: 'none' }))
    if (files.shape !== 'files') throw new Error('files are expected')
    const copied: string[] = []
    for await (const { path, bytes } of files.files)
      copied.push(`${path}: ${Buffer.concat(await Array.fromAsync(bytes))}`)
    expect(copied).toEqual(['a: id,name\n1,xy\n', 'b: id,name\n1,x'])
  })

  it('tells its columns itself where it can: then nothing is read to know them (A14), and a type that is chosen wins (A15)', async () => {
    const log = `${folder}/told-${language}`
    const name = await of(
      `def context(c): return {}
def list_objects(c, m):
    for n in range(3): yield {"name": str(n), "fingerprint": "1", "is_prefix": False}
def infer_schema(c, metadata): return {"id": "int64", "name": "utf8", "more": "json"}
def read_rows(c, metadata):
    open(${JSON.stringify(log)}, "a").close()
    yield {"id": 1, "name": "x"}
    yield {"name": "y", "id": 2, "more": {"a": [1]}}`,
      `import { appendFileSync } from 'node:fs'
export const context = () => ({})
export const listObjects = () => ['0', '1', '2'].map((name) => ({ name, fingerprint: '1', isPrefix: false }))
export const inferSchema = () => ({ id: 'int64', name: 'utf8', more: 'json' })
export function* readRows() {
  appendFileSync(${JSON.stringify(log)}, '')
  yield { id: 1, name: 'x' }
  yield { name: 'y', id: 2, more: { a: [1] } }
}`,
    )
    const connection = await open({ connection: name, codeInterface: 'rows' })
    const partitions = await connection.plan(select())
    expect(partitions.map(({ id }) => id)).toEqual(['0', '1', '2'])
    expect(JSON.parse(JSON.stringify(partitions))).toEqual(partitions)
    const extract = await connection.extract(select({ schema: { id: 'utf8' } }), partitions[1])
    expect(existsSync(log)).toBe(false)
    const { columns, rows } = await rowsOf(extract)
    expect(columns).toEqual([
      ['id', 'utf8'],
      ['name', 'utf8'],
      ['more', 'json'],
    ])
    expect(rows.map(([id, of]) => [id, of])).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ])
  })

  it('keeps every digit of a row', async () => {
    const name = await of(
      `import datetime, decimal, uuid
def context(c): return {}
def list_objects(c, m): yield {"name": "a", "fingerprint": "1", "is_prefix": False}
def read_rows(c, m):
    yield {"int": 9007199254740993, "float": 0.1, "digits": decimal.Decimal("12345678901234567890.123456789"), "text": "ü\\n\\"", "none": None,
      "at": datetime.datetime(2026, 1, 2, 3, 4, 5, 6), "day": datetime.date(2026, 1, 2), "yes": True, "list": [1, (2, 3)], "bytes": b"hi"}`,
      `export const context = () => ({})
export const listObjects = () => [{ name: 'a', fingerprint: '1', isPrefix: false }]
export function* readRows() {
  yield { int: 9007199254740993n, float: 0.1, digits: JSON.rawJSON('12345678901234567890.123456789'), text: 'ü\\n"', none: undefined,
    at: '2026-01-02T03:04:05.000006', day: '2026-01-02', yes: true, list: [1, [2, 3]], bytes: new Uint8Array([104, 105]) }
}`,
    )
    const connection = await open({ connection: name, codeInterface: 'rows' })
    const { columns, rows } = await rowsOf(await connection.extract(select()))
    expect(Object.fromEntries(columns)).toMatchObject({
      int: 'int64',
      float: 'float64',
      digits: 'decimal',
      at: 'timestamp',
      day: 'date',
      list: 'json',
    })
    expect(
      rows[0]!.map((value) =>
        typeof value === 'string' ? value.replace(/\s(?=[\d[])/g, (space) => (isPython ? space : space)) : value,
      ),
    ).toEqual([
      '9007199254740993',
      '0.1',
      '12345678901234567890.123456789',
      'ü\n"',
      null,
      '2026-01-02 03:04:05.000006',
      '2026-01-02',
      'true',
      isPython ? '[1, [2, 3]]' : '[1,[2,3]]',
      'aGk=',
    ])
  })

  it('has a fingerprint of its content and configuration, or of a version, and of what it lists (A09, A13)', async () => {
    const source = (fingerprint: string) =>
      isPython
        ? `def context(c): return {}\ndef list_objects(c, m): yield {"name": "a", "fingerprint": "${fingerprint}", "is_prefix": False}\ndef read_bytes(c, m): yield b"a\\n1\\n"\n`
        : `export const context = () => ({})\nexport const listObjects = () => [{ name: 'a', fingerprint: '${fingerprint}', isPrefix: false }]\nexport const readBytes = () => [Buffer.from('a\\n1\\n')]\n`
    const name = await code(language, source('1'))
    const path = `${name}/connection.${isPython ? 'py' : 'ts'}`
    const fingerprint = async (config: object = {}, selection: object = {}) => {
      const connection = await open({ connection: name, ...config })
      const found = await connection.fingerprint!(select(selection))
      return found
    }
    const manual = { fingerprintStrategy: 'manual', version: '1' }
    const [content, version] = [await fingerprint(), await fingerprint(manual)]
    expect(await fingerprint()).toBe(content)
    expect(await fingerprint({}, { config: { a: 1 } })).not.toBe(content)
    expect(await fingerprint({ ...manual, version: '2' })).not.toBe(version)
    const comment = isPython ? '# changed\n' : '// changed\n'
    await write(path, source('1') + comment)
    expect(await fingerprint()).not.toBe(content)
    expect(await fingerprint(manual)).toBe(version)
    await write(path, source('1'))
    expect(await fingerprint()).toBe(content)
    await write(`${name}/more/helper.txt`, 'x')
    expect(await fingerprint()).not.toBe(content)
    await write(path, source('2'))
    expect(await fingerprint(manual)).not.toBe(version)
  })

  it('is ended when it says nothing for too long, with whatever it has started', async () => {
    const log = `${folder}/started-${language}`
    const name = await of(
      `import subprocess, time
def context(c):
    open(${JSON.stringify(log)}, "w").write(str(subprocess.Popen(["sleep", "600"]).pid))
    return {}
def list_objects(c, m):
    time.sleep(600)
def read_bytes(c, m): return []`,
      `import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
export const context = () => { writeFileSync(${JSON.stringify(log)}, String(spawn('sleep', ['600']).pid)); return {} }
export const listObjects = () => { for (;;); }
export const readBytes = () => []`,
    )
    const connection = await open({ connection: name, timeoutSeconds: 1 })
    await expect(connection.objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({ code: 'source-timeout' })
    await expect.poll(childrenAlive, within).toBe(0)
    await expect.poll(() => isRunning(readFileSync(log, 'utf8')), within).toBe(false)
  })

  it.each(['junk that is long enough', '\\x7f\\xff\\xff\\xff', '\\0\\0\\0\\0', '\\0\\0\\0\\2J{', '\\0\\0\\0\\1Q'])(
    'that writes %j where the answers go is told, and ended',
    async (junk) => {
      const name = await of(
        `import os
def context(c):
    os.write(3, b"${junk}")
    return {}
def list_objects(c, m): return []
def read_bytes(c, m): return []`,
        `import { writeSync } from 'node:fs'
export const context = () => { writeSync(3, Buffer.from('${junk.replaceAll('\\0', '\\x00').replaceAll('\\2', '\\x02').replaceAll('\\1', '\\x01')}', 'latin1')); return {} }
export const listObjects = () => []
export const readBytes = () => []`,
      )
      const connection = await open({ connection: name })
      await expect(connection.objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({ code: 'source-failed' })
      await expect.poll(childrenAlive, within).toBe(0)
    },
  )

  it('takes with it what it has started when it ends by itself', async () => {
    const log = `${folder}/orphan-${language}`
    const name = await of(
      `import os, subprocess
def context(c):
    open(${JSON.stringify(log)}, "w").write(str(subprocess.Popen(["sleep", "600"]).pid))
    os._exit(0)
def list_objects(c, m): return []
def read_bytes(c, m): return []`,
      `import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
export const context = () => { writeFileSync(${JSON.stringify(log)}, String(spawn('sleep', ['600']).pid)); process.exit(0) }
export const listObjects = () => []
export const readBytes = () => []`,
    )
    const connection = await open({ connection: name })
    await expect(connection.objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({ code: 'source-failed' })
    await expect.poll(() => isRunning(readFileSync(log, 'utf8')), within).toBe(false)
  })

  it('may print as much as it likes: the end of it is shown in the check, masked', async () => {
    const name = await of(
      `import sys
def context(c):
    print("x" * 3000000)
    print("credential", c, file=sys.stderr)
    return {}
def list_objects(c, m): return []
def read_bytes(c, m): return []`,
      `export const context = (c) => { console.log('x'.repeat(3000000)); console.error('credential ' + c); return {} }
export const listObjects = () => []
export const readBytes = () => []`,
    )
    const text = JSON.stringify({ user: 'ada', password: 'open-sesame-5' })
    const connection = await open({ connection: name }, { text })
    const check = await connection.check()
    expect(failed(check)).toBeUndefined()
    expect(check.warnings[0]).toMatch(/^The code printed: /)
    expect(check.warnings.join()).not.toContain('open-sesame-5')
  })

  it('has what is configured in its environment, over that secrets, over all what the system sets (C16)', async () => {
    const names = ['PLAIN', 'BOTH', 'API_KEY', 'HOME', 'AWS_SECRET_ACCESS_KEY']
    const name = await code(
      language,
      language === 'python'
        ? `import os
def context(c):
    print(os.environ.get("API_KEY"))
    return {}
def list_objects(c, m): yield {"name": "a", "fingerprint": "1", "is_prefix": False}
def read_bytes(c, m):
    yield ";".join(os.environ.get(name, "-") for name in ${JSON.stringify(names)}).encode()
`
        : `export const context = () => console.log(process.env.API_KEY)
export const listObjects = () => [{ name: 'a', fingerprint: '1', isPrefix: false }]
export function* readBytes() {
  yield Buffer.from(${JSON.stringify(names)}.map((name) => process.env[name] ?? '-').join(';'))
}
`,
    )
    const connection = await open(
      { connection: name, env: { PLAIN: 'plain', BOTH: 'plain', HOME: '/elsewhere' } },
      { secrets: { BOTH: 'secret-of-both', API_KEY: 'open sesame/7', HOME: '/nowhere' } },
    )
    const bytes = Buffer.concat(await Array.fromAsync(await connection.objects.read('a')))
    expect(bytes.toString()).toBe(`plain;secret-of-both;open sesame/7;${tmpdir()};-`)
    const check = await connection.check()
    expect(check.warnings.join()).toContain('[secret]')
    expect(check.warnings.join()).not.toContain('sesame')
  })

  it('has secrets for its environment named as variables are, and no other member in its credential', () => {
    const parse = (credential: object) => kind.credential.safeParse(credential).success
    expect(parse({ text: 'a', API_KEY: 'b' })).toBe(true)
    for (const wrong of [{ txet: 'a' }, { 'A B': 'c' }, { API_KEY: 1 }]) expect(parse(wrong)).toBe(false)
  })

  it('reads no more objects at once than the connector says (A19)', async () => {
    const log = `${folder}/at-once-${language}`
    const name = await of(
      `import time
def context(c): return {}
def list_objects(c, m):
    for n in range(6): yield {"name": str(n), "fingerprint": "1", "is_prefix": False}
def read_bytes(c, m):
    with open(${JSON.stringify(log)}, "a") as log: log.write("+")
    time.sleep(0.15)
    yield b"x"
    with open(${JSON.stringify(log)}, "a") as log: log.write("-")`,
      `import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
export const context = () => ({})
export function* listObjects() { for (let n = 0; n < 6; n++) yield { name: String(n), fingerprint: '1', isPrefix: false } }
export async function* readBytes() {
  appendFileSync(${JSON.stringify(log)}, '+')
  await sleep(150)
  yield Buffer.from('x')
  appendFileSync(${JSON.stringify(log)}, '-')
}`,
    )
    const connection = await open({ connection: name, concurrency: 2 })
    const read = async (key: string) => Array.fromAsync(await connection.objects.read(key))
    await Promise.all(['0', '1', '2', '3', '4', '5'].map(read))
    const story = readFileSync(log, 'utf8')
    expect(story).toHaveLength(12)
    let atOnce = 0
    let most = 0
    for (const sign of story) {
      atOnce += sign === '+' ? 1 : -1
      most = Math.max(most, atOnce)
    }
    expect(most).toBe(2)
  })
})

describe.skipIf(!hasPython)('a data frame of Python (skipped where there is no python3)', () => {
  it('is read by its rows, a missing value as null, as pandas and polars have it', async () => {
    const name = await code(
      'python',
      `class Column:
    def __init__(self, values): self.values = values
    def tolist(self): return self.values
class Rows:
    def __init__(self, frame): self.frame = frame
    def __getitem__(self, at):
        if isinstance(at, slice): return Frame({k: v[at] for k, v in self.frame.data.items()})
        return Column(list(self.frame.data.values())[at[1]])
class Frame:
    "What a pandas frame is to its reader."
    def __init__(self, data): self.data = data
    columns = property(lambda self: list(self.data))
    iloc = property(lambda self: Rows(self))
    def __len__(self): return len(next(iter(self.data.values())))
    def isna(self): return Frame({k: [x is None or x != x for x in v] for k, v in self.data.items()})
class Polars:
    columns = ["id", "x"]
    def iter_rows(self): return iter([(1, "a"), (2, None)])
def context(c): return {}
def list_objects(c, m):
    for n in ("a", "b"): yield {"name": n, "fingerprint": "1", "is_prefix": False}
def read_dataframe(c, m):
    return Frame({"id": list(range(5000)), "x": [float("nan")] + ["a"] * 4999}) if m["name"] == "a" else Polars()`,
    )
    const connection = await open({ connection: name, codeInterface: 'dataframe' })
    const { columns, rows } = await rowsOf(await connection.extract(select()))
    expect(columns).toEqual([
      ['id', 'int64'],
      ['x', 'utf8'],
    ])
    expect([rows.length, rows[0], rows[4999], rows.slice(5000)]).toEqual([
      5002,
      ['0', null],
      ['4999', 'a'],
      [
        ['1', 'a'],
        ['2', null],
      ],
    ])
  })
})

describe('the examples of this repository', () => {
  const examples = [
    ['weather-stations', 'bytes', 216, 4],
    ['exchange-rates', 'rows', 905, 3],
  ] as const

  it.each(examples)('%s works', async (name, codeInterface, count, columns) => {
    if (name === 'weather-stations' && !hasPython) return
    const { default: real } = await import('../../../shared/connectors/custom/kind.ts')
    const { Secret } = await import('../../../shared/domain/secret.ts')
    const config = real.config.parse({ connection: name, codeInterface, fingerprintStrategy: 'content' })
    const at = {
      credential: new Secret({ text: '' }),
      egress: undefined as never,
      signal: new AbortController().signal,
    }
    expect(await real.pin!({ config, before: undefined, ...at })).toEqual(config)
    const connection = await real.open({ config, ...at })
    expect(failed(await connection.check())).toBeUndefined()
    const found = await rowsOf(await connection.extract(real.selection.parse({})))
    expect([found.rows.length, found.columns.length]).toEqual([count, columns])
  })

  it('are all named', async () => {
    expect(await childRunner(new URL('../../../connections', import.meta.url).pathname).names()).toEqual([
      'exchange-rates',
      'weather-stations',
    ])
  })
})
