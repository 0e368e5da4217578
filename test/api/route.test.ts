import { describe, expect, it } from 'vitest'
import { operations } from '../../shared/api/index.ts'
import { router } from '../../shared/api/route.ts'

const route = router(operations)
const find = (method: string, path: string) => {
  const { id, params } = route(method, path)
  return [id, params]
}

describe('the router', () => {
  it('finds an operation and decodes each part once', () => {
    expect(find('GET', '/v1/sources/a/tables/my%20%22t%22%252F/rows')).toEqual([
      'readRows',
      { source: 'a', table: 'my "t"%2F' },
    ])
  })

  it('keeps names that objects know from becoming anything else', () => {
    expect(find('GET', '/v1/sources/__proto__')).toEqual(['getSource', { source: '__proto__' }])
  })

  it('tells a missing path from a missing method', () => {
    expect(() => route('GET', '/v1/nowhere')).toThrow('not-found')
    expect(() => route('PATCH', '/v1/connectors')).toThrow(
      expect.objectContaining({
        code: 'method-not-allowed',
        hint: 'Use GET or POST.',
        headers: { allow: 'GET, POST' },
      }),
    )
  })

  it('takes a part of a path for itself before the rest of it', () => {
    expect(find('GET', '/v1/objects/user')).toEqual(['listUserObjects', {}])
    expect(find('GET', '/v1/objects/pipelines/p')).toEqual(['listPipelineObjects', { id: 'p' }])
    expect(find('GET', '/v1/objects/pipelines/p/a%2Fb/c')).toEqual(['readObject', { path: 'pipelines/p/a/b/c' }])
    expect(find('GET', '/v1/objects/user/pipelines/p')).toEqual(['readObject', { path: 'user/pipelines/p' }])
  })

  it('refuses a broken percent-encoding', () => {
    expect(() => route('GET', '/v1/sources/%E0%A4%A')).toThrow('invalid-request')
  })
})
