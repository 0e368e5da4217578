import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operations } from '../../shared/api/index.ts'
import { openapi } from '../../shared/api/openapi.ts'
import { root } from '../support/code.ts'

// The page's own modules are plain JavaScript without types.
const { buildRequest, curlLine, keepToken, takeToken } = await import(join(root, 'local/reference/request.js'))
const { sample, typeText } = await import(join(root, 'local/reference/schema.js'))

// biome-ignore lint/suspicious/noExplicitAny: the document is read as JSON, as the page reads it
const document: any = JSON.parse(JSON.stringify(openapi(operations, '1')))
const entry = (path: string, method: string) => ({ path, method, operation: document.paths[path][method] })

describe('the reference page', () => {
  it('makes a request of a form, each part encoded once, what is empty left out', () => {
    const request = buildRequest(entry('/v1/sources/{source}/tables/{table}/rows', 'get'), {
      'path:source': 'a b',
      'path:table': 'x/"y"%2F',
      'query:where': '["n","eq","é&=+"]',
      'query:limit': '',
    })
    expect(request.method).toBe('GET')
    expect(request.target).toMatch(/^\/v1\/sources\/a%20b\/tables\/x%2F%22y%22%252F\/rows\?where=/)
    expect(new URL(request.target, 'http://x').searchParams.get('where')).toBe('["n","eq","é&=+"]')
    expect(request).not.toHaveProperty('body')
    const change = buildRequest(
      entry('/v1/connectors/{name}', 'put'),
      { 'path:name': 'a', 'header:If-Match': '"3"' },
      ' {} ',
    )
    expect(change).toEqual({
      method: 'PUT',
      target: '/v1/connectors/a',
      headers: { 'If-Match': '"3"', 'Content-Type': 'application/json' },
      body: '{}',
    })
  })

  it('gives a curl line that the shell reads as the same words', () => {
    const request = {
      method: 'POST',
      target: '/v1/x?a=1&b',
      headers: { 'If-Match': '"1"' },
      body: `{"a":"it's $HOME"}`,
    }
    const line = curlLine('http://h', request, 'hg_pat_1')
    const words = execFileSync('sh', ['-c', line.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' })
    expect(words.trim().split('\n')).toEqual([
      ...['-X', 'POST', '-H', 'Authorization: Bearer hg_pat_1', '-H', 'If-Match: "1"'],
      ...['-d', `{"a":"it's $HOME"}`, 'http://h/v1/x?a=1&b'],
    ])
  })

  it('takes the token out of the address at once and keeps it for the tab', () => {
    const stored = new Map<string, string>()
    const visited: string[] = []
    const window = {
      location: { hash: '#token=hg_pat_1', pathname: '/', search: '' },
      history: { replaceState: (_state: unknown, _title: string, to: string) => visited.push(to) },
      sessionStorage: {
        setItem: (k: string, v: string) => stored.set(k, v),
        getItem: (k: string) => stored.get(k) ?? null,
        removeItem: (k: string) => stored.delete(k),
      },
    }
    expect(takeToken(window)).toBe('hg_pat_1')
    expect(visited).toEqual(['/'])
    expect(takeToken({ ...window, location: { ...window.location, hash: '#listSources' } })).toBe('hg_pat_1')
    keepToken(window, undefined)
    expect(takeToken({ ...window, location: { ...window.location, hash: '' } })).toBeUndefined()
  })

  it('has words for every schema of the document, and a body to begin with that is JSON', () => {
    const schemas = document.components.schemas
    for (const [path, methods] of Object.entries<Record<string, typeof document>>(document.paths))
      for (const [method, { parameters, requestBody }] of Object.entries(methods)) {
        for (const { name, schema } of parameters) expect(typeText(schema), `${method} ${path} ${name}`).not.toBe('')
        const schema = requestBody?.content['application/json']?.schema
        if (schema) expect(sample(schema, schemas), `${method} ${path}`).toBeTypeOf('object')
      }
    expect(typeText({ type: 'array', items: { enum: ['a', 'b'] } })).toBe('("a" | "b")[]')
    expect(typeText({ type: 'integer', minimum: 1, maximum: 5 })).toBe('integer 1..5')
    expect(sample({ $ref: '#/components/schemas/NewDatasource' }, schemas)).toMatchObject({
      connector: 'data-warehouse-sql',
      selection: { table: 'experiments' },
    })
  })
})
