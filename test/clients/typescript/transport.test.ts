import { describe, expect, it } from 'vitest'
import {
  ApiError,
  Busy,
  CallerError,
  ConnectionFailed,
  etagOf,
  Headgate,
  NotFound,
  type Settings,
  SourceError,
  SourceRefused,
  TimedOut,
} from '../../../clients/typescript/index.ts'
import { type FaultCode, faults } from '../../../shared/domain/faults.ts'

type Answer = Response | Error | ((request: Request) => Response | Promise<Response>)

/** A client whose requests are answered from a list, and kept. */
function answered(answers: readonly Answer[], settings: Settings = {}) {
  const requests: Request[] = []
  const rest = [...answers]
  const headgate = new Headgate({
    url: 'https://headgate.test/base/',
    token: 'the-token',
    ...settings,
    async fetch(url, init) {
      const request = new Request(url as string, init)
      requests.push(request)
      const next = rest.shift()
      if (next instanceof Error) throw next
      return typeof next === 'function' ? next(request) : next!
    },
  })
  return { headgate, requests }
}

const problem = (code: FaultCode, headers: Record<string, string> = {}, more: object = {}) => {
  const { status, title, retry } = faults[code]
  const body = {
    type: `/docs/problems#${code}`,
    title,
    status,
    detail: 'What.',
    code,
    hint: 'Do.',
    retry,
    requestId: 'r',
  }
  return Response.json(
    { ...body, instance: '', errors: [], ...more },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  )
}
const at0 = { 'retry-after': '0' }
const me = () => Response.json({ id: 'ada' })

describe('a request of the TypeScript client', () => {
  it('goes to the path of its operation, each value encoded once, lists and filters as JSON', async () => {
    const { headgate, requests } = answered([Response.json({ columns: [], rows: [], next: null })])
    await headgate.sources
      .at('lab')
      .table('a/b ü')
      .page({ select: ['x,y', 'z'], where: ['n', 'gt', 1], order: '-n', limit: 5 })
    const url = new URL(requests[0]!.url)
    expect(url.pathname).toBe('/base/v1/sources/lab/tables/a%2Fb%20%C3%BC/rows')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      select: '["x,y","z"]',
      where: '["n","gt",1]',
      order: '-n',
      limit: '5',
      format: 'json',
    })
    expect(requests[0]!.headers.get('authorization')).toBe('Bearer the-token')
  })

  it.each(['', '.', '..'])('is not sent with the name %j, which would lead elsewhere', async (name) => {
    const { headgate, requests } = answered([])
    await expect(headgate.datasets.at(name).delete()).rejects.toThrow('must not be')
    expect(requests).toEqual([])
  })

  it('asks for the token each time, and puts it into the header alone', async () => {
    let n = 0
    const { headgate, requests } = answered([me(), me()], { token: async () => `t${++n}` })
    await headgate.me()
    await headgate.me()
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer t1', 'Bearer t2'])
    expect(requests.some(({ url }) => url.includes('t1'))).toBe(false)
  })

  it('gives back the ETag of a record, and changes it only as it was read', async () => {
    const record = () => Response.json({ name: 'lab' }, { headers: { etag: '"7"' } })
    const { headgate, requests } = answered([record(), record(), record()])
    const read = await headgate.connectors.get('lab')
    expect(etagOf(read)).toBe('"7"')
    await headgate.connectors.update('lab', { title: 'x' }, { ifMatch: etagOf(read) })
    await headgate.connectors.update('lab', { title: 'x' })
    expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual([null, '"7"', '*'])
  })

  it.each(['headgate.test', 'ftp://headgate.test', 'https://user@headgate.test', 'https://headgate.test/?a', ''])(
    'is not made where the address is %j',
    (url) => expect(() => new Headgate({ url })).toThrow('https://headgate.example.org'),
  )
})

describe('what is tried again', () => {
  it.each(['busy', 'internal', 'source-unreachable'] as const)('reading after %s, as often as told', async (code) => {
    const { headgate, requests } = answered([problem(code, at0), problem(code, at0), me()])
    expect(await headgate.me()).toEqual({ id: 'ada' })
    expect(requests).toHaveLength(3)
    const once = answered([problem(code, at0), problem(code, at0)], { maxRetries: 1 })
    await expect(once.headgate.me()).rejects.toBeInstanceOf(ApiError)
    expect(once.requests).toHaveLength(2)
  })

  it('reading after 408 and 429 of what stands in between, and after no answer at all', async () => {
    const plain = (status: number) => new Response('no', { status, headers: at0 })
    const { headgate, requests } = answered([plain(408), plain(429), new TypeError('fetch failed'), me()])
    expect(await headgate.me()).toEqual({ id: 'ada' })
    expect(requests).toHaveLength(4)
  })

  it('never what is refused for good: a wrong credential locks accounts', async () => {
    const { headgate, requests } = answered([problem('source-refused')])
    await expect(headgate.me()).rejects.toBeInstanceOf(SourceRefused)
    expect(requests).toHaveLength(1)
  })

  it('a create under one idempotency key, which is another one for another create', async () => {
    const made = () => Response.json({ name: 'lab' }, { status: 201 })
    const { headgate, requests } = answered([problem('busy', at0), new TypeError('reset'), made(), made()])
    const body = { name: 'lab', kind: 'postgres', config: {} }
    await headgate.connectors.create(body)
    await headgate.connectors.create(body, { idempotencyKey: 'mine' })
    const keys = requests.map(({ headers }) => headers.get('idempotency-key'))
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(keys[0]).toMatch(/^[\w-]{10,}$/)
    expect(keys[3]).toBe('mine')
  })

  it('nothing that could be done twice', async () => {
    const { headgate, requests } = answered([problem('busy', at0)])
    await expect(headgate.tokens.create({ name: 'x' })).rejects.toBeInstanceOf(Busy)
    expect(requests).toHaveLength(1)
  })
})

describe('an answer that is a problem', () => {
  it.each(Object.keys(faults) as FaultCode[])('is an error of the class of %s', async (code) => {
    const { headgate } = answered([problem(code, {}, { errors: [{ pointer: '/a', detail: 'b' }] })], { maxRetries: 0 })
    const error = await headgate.me().catch((thrown: unknown) => thrown as ApiError)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ code, hint: 'Do.', requestId: 'r', retry: faults[code].retry })
    expect((error as ApiError).errors).toEqual([{ pointer: '/a', detail: 'b' }])
    expect((error as ApiError).name.toLowerCase()).toBe(code.replaceAll('-', ''))
    expect(Object.getPrototypeOf(error).constructor.name).toBe((error as ApiError).name)
  })

  it('belongs to who can mend it', async () => {
    expect(new NotFound(404)).toBeInstanceOf(CallerError)
    expect(new SourceRefused(502)).toBeInstanceOf(SourceError)
    expect(new Busy(503)).not.toBeInstanceOf(CallerError)
  })

  it('without a body has the class of its status', async () => {
    const { headgate } = answered([new Response(null, { status: 404 })])
    expect(await headgate.objects.exists('user/x')).toBe(false)
  })
})

describe('what does not come', () => {
  const never: Answer = (request) =>
    new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))
  const begun = (request: Request) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"a":1}\n'))
          request.signal.addEventListener('abort', () => controller.error(request.signal.reason))
        },
      }),
    )

  it('is waited for so long, at the beginning and within', async () => {
    const { headgate } = answered([never, begun], { timeoutMs: 50, maxRetries: 0 })
    await expect(headgate.me()).rejects.toBeInstanceOf(TimedOut)
    const rows = headgate.sources.at('lab').table('t').rows()
    expect((await rows.next()).value).toEqual({ a: 1 })
    await expect(rows.next()).rejects.toBeInstanceOf(TimedOut)
  })

  it('is given up when the caller says so, with the caller’s reason', async () => {
    const { headgate, requests } = answered([never, begun])
    const gone = new AbortController()
    const asked = headgate.me({ signal: gone.signal })
    setTimeout(() => gone.abort(new Error('enough')), 10)
    await expect(asked).rejects.toThrow('enough')
    const { signal } = gone
    await expect(headgate.me({ signal })).rejects.toThrow('enough')
    expect(requests).toHaveLength(1)
  })

  it('in full is an error, not a short answer', async () => {
    const broken = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(new TextEncoder().encode('{"a":1}\n{"a":'))
            controller.error(new TypeError('terminated'))
          },
        }),
      )
    const { headgate } = answered([broken])
    await expect(Array.fromAsync(headgate.sources.at('lab').table('t').rows())).rejects.toBeInstanceOf(ConnectionFailed)
  })
})

describe('a list', () => {
  it('is read page by page, and no page before it is needed', async () => {
    const page = (items: readonly string[], next: string | null) => Response.json({ items, next })
    const { headgate, requests } = answered([page(['a', 'b'], 'two'), page(['c'], null)])
    const seen: unknown[] = []
    for await (const item of headgate.sources.list({ limit: 2 })) {
      seen.push(item)
      if (seen.length === 2) expect(requests).toHaveLength(1)
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(requests.map(({ url }) => new URL(url).search)).toEqual(['?limit=2', '?limit=2&cursor=two'])
  })
})

describe('the events of a snapshot', () => {
  const line = (state: string, rows: number) => `${JSON.stringify({ id: 's', state, rows })}\n`

  it('are read from the stream, and asked for where it breaks off', async () => {
    const { headgate, requests } = answered([
      new Response(line('running', 1) + line('running', 2)),
      Response.json({ id: 's', state: 'done', rows: 3 }),
    ])
    const seen: number[] = []
    const ended = await headgate.snapshots.wait('s', ({ rows }) => seen.push(rows))
    expect(ended.state).toBe('done')
    expect(seen).toEqual([1, 2, 3])
    expect(requests.map(({ url }) => new URL(url).pathname.split('/v1')[1])).toEqual([
      '/snapshots/s/events',
      '/snapshots/s',
    ])
  })

  it('end in an error where the snapshot failed', async () => {
    const failed = { id: 's', state: 'failed', rows: 0, error: { code: 'internal', detail: 'Broke.', hint: 'Mend.' } }
    const { headgate } = answered([new Response(`${JSON.stringify(failed)}\n`)])
    await expect(headgate.snapshots.wait('s')).rejects.toThrow('The snapshot s is failed. Broke. Mend.')
  })
})
