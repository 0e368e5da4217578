import { Fault } from '../../domain/faults.ts'
import { throwIfEnded } from '../files/ended.ts'
import { unpack } from '../files/parse/unpack.ts'
import { fileFacts } from '../files/tree.ts'
import type { ObjectInfo, SourceObjects } from '../kind.ts'
import { ownKey, urlOf } from './address.ts'
import { type At, ask, refusalOf } from './ask.ts'

/** The file that a URL names, or those below it. HTTP lists nothing: only the one file can be listed. */
export function httpObjects(at: At): SourceObjects {
  const own = ownKey(at.config)
  const describe = async (key: string): Promise<ObjectInfo> => {
    if (key === '' && own !== undefined) return root
    const url = urlOf(at.config, key)
    const head = await ask(at, url, 'HEAD')
    await head.body?.cancel()
    if (head.ok) return infoOf(key, head, head.headers.get('content-length'))
    // Some servers know GET alone: a first byte tells the same.
    const first = await ask(at, url, 'GET', { range: 'bytes=0-0' })
    await first.body?.cancel()
    if (first.status === 416) return infoOf(key, first, '0')
    if (!first.ok) throw refusalOf(first.status, key)
    const total = /\/(\d+)$/.exec(first.headers.get('content-range') ?? '')?.[1] ?? null
    return infoOf(key, first, first.status === 206 ? total : first.headers.get('content-length'))
  }
  return {
    async list({ prefix, after }) {
      if (own === undefined)
        throw new Fault('not-offered', 'The URL stands for many files, and HTTP cannot list them.', {
          hint: 'Name a file by its path below the URL.',
        })
      const isWanted = own.startsWith(prefix) && (after === undefined || own > after)
      return { items: isWanted ? [await describe(own)] : [], next: null }
    },
    describe,
    async read(key, range, of) {
      if (range && range[0] >= range[1]) return nothing()
      const response = await ask(
        at,
        urlOf(at.config, key),
        'GET',
        range ? { range: `bytes=${range[0]}-${range[1] - 1}` } : {},
      )
      if (!response.ok) await response.body?.cancel()
      if (response.status === 416) return nothing()
      if (!response.ok) throw refusalOf(response.status, key)
      const etag = response.headers.get('etag')
      if (of?.etag && etag !== null && !of.etag.startsWith('W/"') && etag !== of.etag) {
        await response.body?.cancel()
        throw refusalOf(412, key)
      }
      const bytes = decoded(response, at)
      return range && response.status !== 206 ? part(bytes, range) : bytes
    },
  }
}

const root: ObjectInfo = { key: '', name: '', isFolder: true, size: null, modified: null, etag: null }

function infoOf(key: string, { headers }: Response, length: string | null): ObjectInfo {
  const isCoded = codingOf(headers) !== undefined
  const size = length !== null && /^\d{1,15}$/.test(length) && !isCoded ? Number(length) : null
  const time = Date.parse(headers.get('last-modified') ?? '')
  const facts = fileFacts(false, size, Number.isNaN(time) ? null : new Date(time).toISOString())
  const etag = headers.get('etag')
  const isTag = etag !== null && /^(W\/)?"[\x21\x23-\x7e]*"$/.test(etag)
  return { key, name: key.slice(key.lastIndexOf('/') + 1), isFolder: false, ...facts, ...(isTag && { etag }) }
}

/** What the server packed although it was not asked to. */
const codingOf = (headers: Headers): string | undefined =>
  headers.get('content-encoding')?.replace(/^identity$/i, '') || undefined

function decoded(response: Response, at: At): AsyncIterable<Uint8Array> {
  const coding = codingOf(response.headers)?.toLowerCase()
  if (coding === undefined) return bytesOf(response, at)
  if (/^(x-)?gzip$|^zstd$/.test(coding)) return unpack(bytesOf(response, at))
  throw new Fault('not-offered', 'The server packs the file in a way that is not known here.', {
    hint: 'Have it sent as it is.',
  })
}

async function* bytesOf({ body }: Response, { signal }: At): AsyncGenerator<Uint8Array> {
  try {
    if (body) yield* body as AsyncIterable<Uint8Array>
  } catch (thrown) {
    throwIfEnded(signal)
    throw thrown
  }
}

/** A range of what a server sent whole. */
async function* part(bytes: AsyncIterable<Uint8Array>, [begin, end]: readonly [number, number]) {
  let at = 0
  for await (const chunk of bytes) {
    const wanted = chunk.subarray(Math.max(0, begin - at), Math.max(0, end - at))
    at += chunk.length
    if (wanted.length > 0) yield wanted
    if (at >= end) return
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
