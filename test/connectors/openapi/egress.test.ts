import { expect, it } from 'vitest'
import { createEgress } from '../../../shared/adapters/egress.ts'
import kind from '../../../shared/connectors/openapi/kind.ts'
import { pinOrigin } from '../../../shared/connectors/openapi/pin.ts'
import { forbiddenHosts } from '../../support/forbidden-hosts.ts'
import { documentOf, openApi } from '../../support/open-api.ts'

const list = {
  operationId: 'list',
  responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: {} } } } } },
}
const spec = documentOf({ '/a': { get: list } })

/** Every place of a connector or a document from which an address comes. */
const entries: Readonly<
  Record<string, (url: string) => [config: Record<string, unknown>, credential?: Record<string, unknown>]>
> = {
  'the URL of the document': (specUrl) => [{ specUrl }],
  'the base URL': (baseUrl) => [{ spec, baseUrl }],
  'a server of the document': (url) => [{ spec: documentOf({ '/a': { get: list } }, { servers: [{ url }] }) }],
  'a server of an operation': (url) => [{ spec: documentOf({ '/a': { get: { ...list, servers: [{ url }] } } }) }],
  'the token URL': (tokenUrl) => [
    { spec, baseUrl: 'https://api.test', auth: { type: 'oauth2', tokenUrl } },
    { clientId: 'a', clientSecret: 'b' },
  ],
}

it.each(Object.keys(entries))('no forbidden address is dialled that comes from %s (T1)', async (name) => {
  const dialled: string[] = []
  const egress = createEgress({
    allow: [],
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    dial: ({ address }) => {
      dialled.push(address)
      return Promise.reject(new Error('dialled'))
    },
  })
  for (const host of forbiddenHosts()) {
    const [config, credential] = entries[name]!(`http://${host}/x`)
    // What is not even a URL does not get as far.
    if (!kind.config.safeParse(config).success) continue
    const { operations, tables, close, check } = await openApi(config, { credential, egress })
    for (const use of [() => operations.call('list', { parameters: {} }), () => tables.read('list', {})])
      await expect(use(), host).rejects.toMatchObject({ name: 'Fault' })
    expect((await check()).stages.at(-1)?.ok, host).not.toBe(true)
    await pinOrigin({
      config: kind.config.parse(config),
      before: undefined,
      egress,
      signal: new AbortController().signal,
    }).catch(() => {})
    await close()
  }
  expect(dialled).toEqual([])
})
