import { createHash } from 'node:crypto'
import { Fault } from '../../domain/faults.ts'
import { refuseCoding } from '../web/read-reply.ts'
import { cutReply } from './cut-reply.ts'
import type { Operation, Spec } from './operations.ts'
import { detectPaging, isBlind, nextPage, type PageRef, type Paging, pointersOf } from './pagination.ts'
import { statusOf } from './send.ts'

/** Where a page begins. Plain JSON: reading may go on there another time. */
export interface PagePlace {
  readonly ref: PageRef
  /** Rows before it. */
  readonly row: number
  /** Undefined: not known before a page has been read. */
  readonly paging?: Paging | undefined
}

export interface Page {
  readonly place: PagePlace
  /** The items as JSON texts. To be read to their end before the next page. */
  readonly items: AsyncGenerator<Buffer>
}

export interface Walk {
  readonly spec: Spec
  readonly operation: Operation
  readonly given: Readonly<Record<string, unknown>>
  /** JSON pointer to the list in each reply. */
  readonly items: string
  /** Sends the operation's request for a page. */
  ask(ref: PageRef): Promise<Response>
}

/** Pages that say that another follows, and hold nothing. */
const mostEmpty = 100
const mostHeld = 64 * 1024 * 1024

/** Every page from one on: until none follows, a page is empty, or it is one that came before. */
export async function* walkPages(walk: Walk, from: PagePlace): AsyncGenerator<Page> {
  // Digests of pages and what asked for them: whichever comes again ends the walk.
  const seen = new Set([JSON.stringify(from.ref)])
  let { ref, row, paging } = from
  for (let empty = 0; ; ) {
    const isFirst = row === from.row && ref === from.ref
    const response = await walk.ask(ref).catch((thrown: unknown) => {
      // Some APIs answer so past their last page.
      if (paging?.type === 'page' && !isFirst && statusOf(thrown) === 404) return undefined
      throw thrown
    })
    if (response === undefined) return
    const page = openPage(walk, response, paging)
    if (paging && isBlind(paging) && !isFirst) {
      const held = await hold(page.items)
      const isRepeated = seen.has(page.digest())
      if (isRepeated && paging.type === 'page' && paging.isGuess) {
        // What came first was page 1: they count from 1.
        paging = { type: 'page', parameter: paging.parameter, first: 1 }
        ref = { set: { [paging.parameter]: 2 } }
        continue
      }
      if (isRepeated || held.length === 0) return
      if (paging.type === 'page') paging = { ...paging, isGuess: false }
      yield { place: { ref, row, paging }, items: each(held) }
    } else {
      yield { place: { ref, row, paging }, items: page.items }
      if (!page.isEnded()) return
    }
    paging ??= detectPaging(walk.spec, walk.operation, walk.given, page)
    if (page.count() === 0 && isBlind(paging)) return
    if (page.count() === 0 && ++empty > mostEmpty) throw tooManyEmpty()
    row += page.count()
    seen.add(page.digest())
    const next = nextPage(paging, { ref, url: page.url, link: page.link, aside: page.aside, rows: row })
    if (next === undefined) return
    const key = JSON.stringify(next)
    if (seen.has(key)) return
    seen.add(key)
    ref = next
  }
}

function openPage({ items }: Walk, response: Response, paging: Paging | undefined) {
  refuseCoding(response)
  const hash = createHash('sha256')
  const aside = new Map<string, string>()
  let count = 0
  let ended = false
  let digest: string | undefined
  const body = (response.body ?? each([])) as AsyncIterable<Uint8Array>
  return {
    url: new URL(response.url),
    link: response.headers.get('link'),
    aside,
    count: () => count,
    isEnded: () => ended,
    digest() {
      digest ??= hash.digest('base64')
      return digest
    },
    items: (async function* () {
      for await (const item of cutReply(body, items, pointersOf(paging), aside)) {
        count++
        hash.update(item).update('\n')
        yield item
      }
      ended = true
    })(),
  }
}

async function hold(items: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const held: Buffer[] = []
  let bytes = 0
  for await (const item of items) {
    bytes += item.length
    if (bytes > mostHeld)
      throw new Fault('too-large', `A page of the list is larger than ${mostHeld >> 20} MB.`, {
        hint: 'Ask for smaller pages by the parameters of the operation.',
      })
    held.push(item)
  }
  return held
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

const tooManyEmpty = (): Fault =>
  new Fault('source-failed', `More than ${mostEmpty} pages hold nothing, and each names another.`, {
    hint: 'Ask who runs the API, or choose another way to its pages.',
  })
