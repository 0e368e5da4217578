import { describe, expect, it } from 'vitest'
import type { Egress } from '../../../shared/connectors/kind.ts'
import kind from '../../../shared/connectors/openapi/kind.ts'
import { readSpec } from '../../../shared/connectors/openapi/operations.ts'
import { parseSpec } from '../../../shared/connectors/openapi/parse-spec.ts'
import { pinOrigin } from '../../../shared/connectors/openapi/pin.ts'
import { documentOf, openApi } from '../../support/open-api.ts'

/** A door that remembers who knocked, and opens to nobody. */
function closedEgress() {
  const dialled: string[] = []
  const refuse = (what: string) => {
    dialled.push(what)
    return Promise.reject(new Error('nothing is dialled here'))
  }
  const egress: Egress = {
    resolve: (host) => refuse(host),
    connect: (host) => refuse(host),
    fetch: (url) => refuse(url.href),
  }
  return { egress, dialled }
}

const openBombs: Readonly<Record<string, () => string>> = {
  'aliases of aliases': () => {
    const lines = ['a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]']
    for (let i = 1; i < 10; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
      )
    return `openapi: 3.0.0\n${lines.join('\n')}\npaths: {}`
  },
  'one alias very often': () => `openapi: 3.0.0\na: &a [1]\nb:\n${'  - *a\n'.repeat(200)}paths: {}`,
  'an anchor within itself': () => 'openapi: 3.0.0\na: &a\n  b: *a\npaths: {}',
  'brackets in JSON': () => `{"openapi":"3.0.0","paths":${'['.repeat(1_000_000)}`,
  'braces in JSON': () => `{"openapi":"3.0.0","paths":{},"x":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`,
  'brackets in YAML': () => `openapi: 3.0.0\npaths: ${'['.repeat(1_000_000)}`,
  'lists on one line of YAML': () => `openapi: 3.0.0\npaths:\n  ${'- '.repeat(100_000)}a`,
  'many values': () => JSON.stringify({ openapi: '3.0.0', paths: {}, x: Array(300_000).fill(0) }),
  'many values in YAML': () => `openapi: 3.0.0\npaths: {}\nx:\n${'- 0\n'.repeat(1_000_000)}`,
  'many bytes': () => JSON.stringify({ openapi: '3.0.0', paths: {}, x: 'x'.repeat(5_000_000) }),
}

describe('a document that is a bomb (T4)', () => {
  it.each(Object.keys(openBombs))('of %s is refused soon', async (name) => {
    const text = openBombs[name]!()
    const begun = performance.now()
    const before = process.memoryUsage().heapUsed
    await expect(parseSpec(text)).rejects.toMatchObject({ name: 'Fault', code: 'too-large' })
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(256 * 1024 * 1024)
  })

  it('of references in a circle is read, and what it describes is finite', async () => {
    const names = Array.from({ length: 2000 }, (_, i) => `S${i}`)
    const schemas = Object.fromEntries(
      names.map((name, i) => [name, { properties: { a: { $ref: `#/components/schemas/S${(i + 1) % 2000}` } } }]),
    )
    const paths = {
      '/a': {
        get: {
          operationId: 'a',
          parameters: [{ name: 'q', in: 'query', schema: { $ref: '#/components/schemas/S0' } }],
        },
      },
      '/b': { $ref: '#/paths/~1b' },
      '/c': { get: { operationId: 'c', parameters: [{ $ref: '#/paths/~1c/get/parameters/0' }] } },
    }
    const { operations } = await openApi({
      spec: documentOf(paths, { components: { schemas } }),
      baseUrl: 'https://a.test',
    })
    expect((await operations.list()).map(({ id }) => id)).toEqual(['a', 'c'])
    const { parameters } = await operations.describe('a')
    expect(Object.keys(parameters[0]!.schema.$defs as object)).toHaveLength(2000)
  })
})

describe('a document that reaches out (T4)', () => {
  it.each([
    'http://127.0.0.1/steal.json',
    'https://evil.test/a.yaml#/b',
    'file:///etc/passwd',
    '../../etc/passwd',
    'other.yaml#/components/schemas/A',
    '//evil.test/x',
    'data:application/json,{}',
  ])('is refused where it refers to %s, and nobody is dialled', async (reference) => {
    const { egress, dialled } = closedEgress()
    for (const paths of [
      { '/a': { $ref: reference } },
      { '/a': { get: { parameters: [{ $ref: reference }] } } },
      {
        '/a': {
          get: { responses: { 200: { content: { 'application/json': { schema: { items: { $ref: reference } } } } } } },
        },
      },
    ]) {
      const { operations } = await openApi({ spec: documentOf(paths), baseUrl: 'https://a.test' }, { egress })
      await expect(operations.list()).rejects.toMatchObject({
        code: 'source-failed',
        hint: expect.stringContaining('Bundle'),
      })
    }
    expect(dialled).toEqual([])
  })

  it('may show a reference as an example', async () => {
    const example = { $ref: 'other.yaml' }
    const document = await parseSpec(
      documentOf({ '/a': { get: { parameters: [{ name: 'a', in: 'query', example }] } } }),
    )
    expect(readSpec(document).operations.size).toBe(1)
  })

  it.each([
    ['https://evil.test/v1', undefined],
    ['//evil.test', undefined],
    ['https://api.test@evil.test', undefined],
    ['https://{host}', { host: { default: 'evil.test' } }],
    ['https://api.test{rest}', { rest: { default: '.evil.test' } }],
    ['https://api.test:8443', undefined],
    ['http://api.test', undefined],
    ['file:///etc/passwd', undefined],
    ['javascript:alert(1)', undefined],
  ])('never moves calls from the origin that was kept: %s', async (url, variables) => {
    const { egress, dialled } = closedEgress()
    const servers = [{ url, variables }]
    for (const where of [{ servers }, { paths: { '/a': { servers, get: { operationId: 'a' } } } }]) {
      const spec = documentOf({ '/a': { get: { operationId: 'a' } } }, where)
      const { operations } = await openApi({ spec, origin: 'https://api.test' }, { egress })
      await expect(operations.call('a', { parameters: {} })).rejects.toMatchObject({
        code: expect.stringMatching(/^source-(changed|failed)$/),
      })
    }
    expect(dialled).toEqual([])
  })

  it('sends calls where the base URL says, whatever its servers are', async () => {
    const { egress, dialled } = closedEgress()
    const spec = documentOf({ '/a': { get: { operationId: 'a', servers: [{ url: 'https://evil.test' }] } } })
    const { operations } = await openApi({ spec, baseUrl: 'https://api.test/base' }, { egress })
    await expect(operations.call('a', { parameters: {} })).rejects.toThrow('nothing is dialled')
    expect(dialled).toEqual(['https://api.test/base/a'])
  })

  it('is not followed by a pattern: none is ever run', async () => {
    const schema = { type: 'string', pattern: '^(a+)+$' }
    const { egress, dialled } = closedEgress()
    const spec = documentOf({
      '/a/{p}': { get: { operationId: 'a', parameters: [{ name: 'p', in: 'path', schema }] } },
    })
    const { operations } = await openApi({ spec, baseUrl: 'https://api.test' }, { egress })
    const p = `${'a'.repeat(5000)}!`
    await expect(operations.call('a', { parameters: { p } })).rejects.toThrow('nothing is dialled')
    expect(dialled).toHaveLength(1)
  })
})

describe('what is no document', () => {
  it.each([
    ['', 'is no object'],
    ['hello', 'is no object'],
    ['[1, 2', 'line'],
    ['a: b: c', 'line'],
    ['a: 1\na: 2', 'line'],
    ['{"a": 1}', 'no `openapi`'],
    ['openapi: 4.0.0', 'another version'],
    ['swagger: "2.0"', 'Swagger 2.0'],
    ['<html></html>', 'is no object'],
  ])('is told why: %j', async (text, reason) => {
    await expect(parseSpec(text)).rejects.toMatchObject({
      code: 'source-failed',
      detail: expect.stringContaining(reason),
    })
  })

  it('says nothing of what it holds', async () => {
    const error = await parseSpec('root:x:0:0: secret-content: [').catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('secret-content')
  })

  it('keeps names like __proto__ as names', async () => {
    for (const text of [
      '{"openapi":"3.0.0","paths":{},"__proto__":{"polluted":1}}',
      'openapi: 3.0.0\npaths: {}\n__proto__:\n  polluted: 1',
    ])
      expect((await parseSpec(text)).polluted).toBeUndefined()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('the origin that is kept when a connector is saved', () => {
  const signal = new AbortController().signal
  const pin = (config: object, before?: object, egress: Egress = closedEgress().egress) =>
    pinOrigin({ config: kind.config.parse(config), before: before && kind.config.parse(before), egress, signal })
  const answering = (text: string): Egress => ({
    ...closedEgress().egress,
    fetch: async (url) => Object.defineProperty(new Response(text), 'url', { value: url.href }),
  })

  it('is that of the servers of the document, taken from where it is', async () => {
    const specUrl = 'https://docs.test/openapi.json'
    expect(await pin({ specUrl }, undefined, answering(documentOf({})))).toMatchObject({ origin: 'https://docs.test' })
    const servers = [{ url: 'https://api.test/v1' }]
    expect(await pin({ specUrl }, undefined, answering(documentOf({}, { servers })))).toMatchObject({
      origin: 'https://api.test',
    })
    expect(await pin({ spec: documentOf({}, { servers }) })).toMatchObject({ origin: 'https://api.test' })
  })

  it('stays when it is saved again, and changes with the document’s URL alone', async () => {
    const specUrl = 'https://docs.test/openapi.json'
    const moved = answering(documentOf({}, { servers: [{ url: 'https://evil.test' }] }))
    expect(await pin({ specUrl }, { specUrl, origin: 'https://api.test' }, moved)).toMatchObject({
      origin: 'https://api.test',
    })
    const other = { specUrl: 'https://docs.test/other.json', origin: 'https://api.test' }
    expect(await pin({ specUrl }, other, moved)).toMatchObject({ origin: 'https://evil.test' })
  })

  it('is that of the URL where the document cannot be read without a credential', async () => {
    expect(await pin({ specUrl: 'https://api.test/openapi.json' })).toMatchObject({ origin: 'https://api.test' })
  })

  it('needs a base URL where a pasted document has none', async () => {
    await expect(pin({ spec: documentOf({}) })).rejects.toMatchObject({
      code: 'invalid-request',
      hint: 'Give the connector a base URL.',
    })
    expect(await pin({ spec: documentOf({}), baseUrl: 'https://api.test' })).not.toHaveProperty('origin')
  })
})
