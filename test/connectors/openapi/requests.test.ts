import { describe, expect, it } from 'vitest'
import { type Arguments, buildRequest } from '../../../shared/connectors/openapi/build-request.ts'
import { readSpec } from '../../../shared/connectors/openapi/operations.ts'
import { parseSpec } from '../../../shared/connectors/openapi/parse-spec.ts'
import { documentOf } from '../../support/open-api.ts'

const base = new URL('https://api.test/v1/')

async function build(operation: object, given: Partial<Arguments> = {}, path = '/things', more: object = {}) {
  const spec = readSpec(await parseSpec(documentOf({ [path]: { post: { operationId: 'op', ...operation } } }, more)))
  return buildRequest(spec, spec.operations.get('op')!, base, { parameters: {}, ...given })
}

const pathOf = async (definition: object, value: unknown) => {
  const parameters = [{ name: 'color', in: 'path', required: true, ...definition }]
  return (await build({ parameters }, { parameters: { color: value } }, '/c/{color}')).url.pathname.slice(
    '/v1/c/'.length,
  )
}
const queryOf = async (definition: object, value: unknown) =>
  (await build({ parameters: [{ name: 'color', in: 'query', ...definition }] }, { parameters: { color: value } })).url
    .search

const list = ['blue', 'black', 'brown']
const object = { R: 100, G: 200, B: 150 }

describe('arguments in a path (E21)', () => {
  it.each([
    ['simple', false, 'blue', 'blue'],
    ['simple', false, list, 'blue,black,brown'],
    ['simple', false, object, 'R,100,G,200,B,150'],
    ['simple', true, list, 'blue,black,brown'],
    ['simple', true, object, 'R=100,G=200,B=150'],
    ['label', false, 'blue', '.blue'],
    ['label', false, list, '.blue,black,brown'],
    ['label', false, object, '.R,100,G,200,B,150'],
    ['label', true, list, '.blue.black.brown'],
    ['label', true, object, '.R=100.G=200.B=150'],
    ['matrix', false, 'blue', ';color=blue'],
    ['matrix', false, '', ';color'],
    ['matrix', false, list, ';color=blue,black,brown'],
    ['matrix', false, object, ';color=R,100,G,200,B,150'],
    ['matrix', true, list, ';color=blue;color=black;color=brown'],
    ['matrix', true, object, ';R=100;G=200;B=150'],
  ])('are written as the specification shows: %s, explode %s, %j', async (style, explode, value, text) => {
    expect(await pathOf({ style, explode }, value)).toBe(text)
  })

  it('are encoded, so that none is more than one part', async () => {
    expect(await pathOf({}, 'a/b?c#d%e ü;x=y')).toBe('a%2Fb%3Fc%23d%25e%20%C3%BC%3Bx%3Dy')
    expect(await pathOf({}, '../admin')).toBe('..%2Fadmin')
    expect(await pathOf({}, 9007199254740993n.toString())).toBe('9007199254740993')
  })

  it.each(['.', '..', ''])('never take a part of the path away: %j', async (value) => {
    await expect(pathOf({}, value)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('must be given, and a wrong name is told with the right one', async () => {
    const parameters = [{ name: 'petId', in: 'path', required: true, schema: { type: 'integer' } }]
    await expect(build({ parameters }, {}, '/p/{petId}')).rejects.toMatchObject({
      code: 'invalid-request',
      detail: 'The argument "petId" is required.',
      errors: [{ pointer: '/body/parameters/petId' }],
    })
    await expect(build({ parameters }, { parameters: { petid: 1 } }, '/p/{petId}')).rejects.toMatchObject({
      hint: 'Did you mean petId?',
    })
  })
})

describe('arguments in a query (E21)', () => {
  it.each([
    ['form', false, 'blue', '?color=blue'],
    ['form', true, list, '?color=blue&color=black&color=brown'],
    ['form', false, list, '?color=blue,black,brown'],
    ['form', true, object, '?R=100&G=200&B=150'],
    ['form', false, object, '?color=R,100,G,200,B,150'],
    ['spaceDelimited', false, list, '?color=blue%20black%20brown'],
    ['spaceDelimited', false, object, '?color=R%20100%20G%20200%20B%20150'],
    ['pipeDelimited', false, list, '?color=blue%7Cblack%7Cbrown'],
    ['pipeDelimited', false, object, '?color=R%7C100%7CG%7C200%7CB%7C150'],
    ['deepObject', true, object, '?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
    ['deepObject', true, { a: { b: [1, 2] } }, '?color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bb%5D=2'],
    ['form', true, [], ''],
    ['form', true, '', '?color='],
    ['form', true, [null, 'a'], '?color=a'],
  ])('are written as the specification shows: %s, explode %s, %j', async (style, explode, value, text) => {
    expect(await queryOf({ style, explode }, value)).toBe(text)
  })

  it('explode by default where the style is form', async () => {
    expect(await queryOf({}, list)).toBe('?color=blue&color=black&color=brown')
    expect(await queryOf({ style: 'pipeDelimited' }, list)).toBe('?color=blue%7Cblack%7Cbrown')
  })

  it('keep reserved letters where they may, but none that would begin another pair', async () => {
    expect(await queryOf({}, "a:/?@!$'(),;&=+#[]")).toBe('?color=a%3A%2F%3F%40%21%24%27%28%29%2C%3B%26%3D%2B%23%5B%5D')
    expect(await queryOf({ allowReserved: true }, 'a:/?@!$(),;&=+#[]')).toBe('?color=a:/?@!$(),;%26%3D%2B%23%5B%5D')
  })

  it('are JSON where the parameter has a media type', async () => {
    const content = { 'application/json': { schema: { type: 'object' } } }
    expect(await queryOf({ content }, { a: [1] })).toBe('?color=%7B%22a%22%3A%5B1%5D%7D')
  })

  it('follow what the base URL has', async () => {
    const spec = readSpec(
      await parseSpec(documentOf({ '/x': { get: { operationId: 'op', parameters: [{ name: 'a', in: 'query' }] } } })),
    )
    const { url } = buildRequest(spec, spec.operations.get('op')!, new URL('https://api.test/v1?key=1'), {
      parameters: { a: 2 },
    })
    expect(url.href).toBe('https://api.test/v1/x?key=1&a=2')
  })
})

describe('arguments that are absent', () => {
  it('take the default of the document (E21)', async () => {
    const parameters = [
      { name: 'status', in: 'query', schema: { type: 'string', default: 'available' } },
      {
        name: 'tags',
        in: 'query',
        required: true,
        schema: { type: 'array', items: { type: 'string', default: 'calm' } },
      },
      { name: 'other', in: 'query', schema: { type: 'string' } },
      { name: 'size', in: 'header', schema: { $ref: '#/components/schemas/Size' } },
    ]
    const components = { schemas: { Size: { type: 'integer', default: 5 } } }
    const { url, headers } = await build({ parameters }, {}, '/things', { components })
    expect(url.search).toBe('?status=available&tags=calm')
    expect(headers.get('size')).toBe('5')
  })
})

describe('headers and cookies', () => {
  it('are written as the specification shows', async () => {
    const parameters = [
      { name: 'X-List', in: 'header' },
      { name: 'X-Object', in: 'header', explode: true },
      { name: 'one', in: 'cookie' },
      { name: 'many', in: 'cookie', explode: false },
    ]
    const { headers } = await build(
      { parameters },
      { parameters: { 'X-List': list, 'X-Object': object, one: 'a b', many: list } },
    )
    expect(headers.get('x-list')).toBe('blue,black,brown')
    expect(headers.get('x-object')).toBe('R=100,G=200,B=150')
    expect(headers.get('cookie')).toBe('one=a%20b; many=blue,black,brown')
  })

  it.each([
    ['X-A', 'a\r\nhost: evil'],
    ['X-A', 'a\0'],
    ['Host', 'evil.test'],
    ['Content-Length', '0'],
    ['Transfer-Encoding', 'chunked'],
    ['Cookie', 'session=1'],
    ['X A', 'b'],
  ])('never say what only the connection may say: %s %j', async (name, value) => {
    const parameters = [{ name, in: 'header' }]
    await expect(build({ parameters }, { parameters: { [name]: value } })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  it('of the credential are not arguments', async () => {
    const parameters = [{ name: 'Authorization', in: 'header' }]
    await expect(build({ parameters }, { parameters: { Authorization: 'mine' } })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})

describe('a body', () => {
  const send = async (content: object, body: unknown, more: object = {}) => {
    const request = await build({ requestBody: { content, ...more } }, { body })
    return [request.headers.get('content-type'), Buffer.from(request.body ?? []).toString()]
  }

  it('is JSON where the operation takes that', async () => {
    expect(await send({ 'application/xml': {}, 'application/json': {} }, { a: 1 })).toEqual([
      'application/json',
      '{"a":1}',
    ])
    expect(await send({ 'application/merge-patch+json': {} }, null)).toEqual(['application/merge-patch+json', 'null'])
  })

  it('is a form, a text or bytes where the operation takes those', async () => {
    const form = 'application/x-www-form-urlencoded'
    expect(await send({ [form]: {} }, { a: ['x y', '&'], b: null, c: true })).toEqual([form, 'a=x%20y&a=%26&c=true'])
    expect(await send({ 'text/plain': {} }, 'grün')).toEqual(['text/plain', 'grün'])
    expect(await send({ 'application/octet-stream': {} }, 'aGk=')).toEqual(['application/octet-stream', 'hi'])
    await expect(send({ 'application/octet-stream': {} }, { a: 1 })).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('is made of parts where the operation takes those, files from base64', async () => {
    const schema = { properties: { file: { type: 'string', format: 'binary' }, note: { type: 'string' } } }
    const [type, text] = await send({ 'multipart/form-data': { schema } }, { file: 'aGk=', note: 'a"b', 'x"\r\ny': 1 })
    const boundary = /boundary=(.+)/.exec(type!)![1]!
    const parts = text!.split(`--${boundary}`)
    expect(parts).toHaveLength(5)
    expect(parts[1]).toBe(
      '\r\ncontent-disposition: form-data; name="file"; filename="file"\r\ncontent-type: application/octet-stream\r\n\r\nhi\r\n',
    )
    expect(parts[3]).toContain('name="x%22%0D%0Ay"')
  })

  it('must be there where it is required, and not where none is taken', async () => {
    await expect(send({ 'application/json': {} }, undefined, { required: true })).rejects.toMatchObject({
      detail: 'The body is required.',
    })
    await expect(build({}, { body: {} })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('operations', () => {
  it('have an id of their own, made of method and path where there is none', async () => {
    const { operations } = readSpec(
      await parseSpec(
        documentOf({
          '/pets/{pet-id}/photos': { get: {}, delete: { operationId: 'same' } },
          '/pets': { get: { operationId: 'same' }, parameters: [{ name: 'a', in: 'query' }] },
        }),
      ),
    )
    expect([...operations.keys()]).toEqual(['getPetsByPetIdPhotos', 'same', 'getPets'])
    expect(operations.get('getPets')!.parameters.map(({ name }) => name)).toEqual(['a'])
  })

  it('override the parameters of their path, and tell those of one name apart', async () => {
    const { operations } = readSpec(
      await parseSpec(
        documentOf({
          '/p/{id}': {
            parameters: [
              { name: 'id', in: 'path', required: true, description: 'path' },
              { name: 'a', in: 'query' },
            ],
            get: {
              operationId: 'op',
              parameters: [
                { name: 'id', in: 'query' },
                { name: 'a', in: 'query', required: true },
              ],
            },
          },
        }),
      ),
    )
    expect(operations.get('op')!.parameters.map(({ argument, required }) => [argument, required])).toEqual([
      ['id', true],
      ['a', true],
      ['query:id', false],
    ])
  })
})
