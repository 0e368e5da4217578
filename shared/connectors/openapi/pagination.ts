import { Fault } from '../../domain/faults.ts'
import type { Pagination } from './config.ts'
import { member } from './json.ts'
import type { Operation, Spec } from './operations.ts'

/** Which request gives a page: the first as it is, or another URL, or the first with other arguments. Plain JSON. */
export interface PageRef {
  readonly url?: string
  readonly set?: Readonly<Record<string, string | number>>
}

/** A way to come to the next page. `isGuess`: whether pages count from 0 or from 1 shows when page 1 is read. */
export type Paging = Pagination & { readonly isGuess?: boolean }

/** What a page told once its items had been read. */
export interface PageFacts {
  readonly ref: PageRef
  readonly url: URL
  readonly link: string | null
  readonly aside: ReadonlyMap<string, string>
  /** Rows up to the end of the page. */
  readonly rows: number
}

const nextPointers = [
  ...['/next', '/next_url', '/nextUrl', '/nextLink', '/next_page_url', '/@odata.nextLink', '/links/next'],
  ...['/links/next/href', '/_links/next', '/_links/next/href', '/meta/next', '/info/next', '/paging/next'],
  ...['/pagination/next', '/pagination/next_url', '/pagination/nextUrl'],
]
const cursorPointers = [
  ...['/next_cursor', '/nextCursor', '/next_page_token', '/nextPageToken', '/nextToken', '/next_token', '/cursor'],
  ...['/meta/next_cursor', '/meta/nextCursor', '/pagination/next_cursor', '/pagination/nextCursor', '/next'],
  ...['/response_metadata/next_cursor', '/paging/cursors/after', '/continuationToken', '/meta/cursor'],
]
const cursorNames =
  /^(cursor|after|next_?cursor|start_?cursor|page_?token|next_?token|next_?page_?token|continuation_?token)$/i
const pageNames = /^(page|page_?(number|no|num|index))$/i
const offsetNames = /^(offset|skip|start|start_?(index|at))$/i

/** The pointers whose values a reply is asked for besides its items. */
export function pointersOf(paging: Paging | undefined): ReadonlySet<string> {
  if (paging === undefined) return new Set([...nextPointers, ...cursorPointers])
  return new Set(paging.type === 'next' || paging.type === 'cursor' ? [paging.pointer] : [])
}

/** How the pages of an operation follow each other, told by the first of them and by the document. */
export function detectPaging(
  { references }: Spec,
  { parameters }: Operation,
  given: Readonly<Record<string, unknown>>,
  { link, aside }: Pick<PageFacts, 'link' | 'aside'>,
): Paging {
  const parameterOf = (names: RegExp) =>
    parameters.find(({ in: place, name, argument }) => place === 'query' && names.test(name) && !(argument in given))
  if (link !== null && /rel="?[^",;]*\b(next|prev|previous|first|last)\b/i.test(link)) return { type: 'link' }
  const url = nextPointers.find((pointer) => /^"(https?:|\/|\?|\\\/)/.test(aside.get(pointer) ?? ''))
  if (url !== undefined) return { type: 'next', pointer: url }
  const cursor = parameterOf(cursorNames)
  const at = cursorPointers.find((pointer) => cursorIn(aside.get(pointer)) !== undefined)
  if (cursor && at !== undefined) return { type: 'cursor', pointer: at, parameter: cursor.argument }
  // A place for what comes next with nothing in it: this was all.
  if ([...nextPointers, ...cursorPointers].some((pointer) => /^(null|""|false)$/.test(aside.get(pointer) ?? '')))
    return { type: 'none' }
  const page = parameterOf(pageNames)
  if (page) {
    const first = member(references.follow(member(page.definition, 'schema')), 'default')
    return typeof first === 'number'
      ? { type: 'page', parameter: page.argument, first: first === 0 ? 0 : 1 }
      : { type: 'page', parameter: page.argument, first: 0, isGuess: true }
  }
  const offset = parameterOf(offsetNames)
  return offset ? { type: 'offset', parameter: offset.argument } : { type: 'none' }
}

/** The page after one; undefined at the end. Fault source-failed for a URL of another origin. */
export function nextPage(paging: Paging, { ref, url, link, aside, rows }: PageFacts): PageRef | undefined {
  switch (paging.type) {
    case 'none':
      return undefined
    case 'link':
      return sameOrigin(linkTo(link), url)
    case 'next': {
      const text = aside.get(paging.pointer)
      return sameOrigin(text?.startsWith('"') ? (JSON.parse(text) as string) : undefined, url)
    }
    case 'cursor': {
      const cursor = cursorIn(aside.get(paging.pointer))
      return cursor === undefined ? undefined : { set: { [paging.parameter]: cursor } }
    }
    case 'page':
      return { set: { [paging.parameter]: Number(ref.set?.[paging.parameter] ?? paging.first) + 1 } }
    case 'offset':
      return { set: { [paging.parameter]: rows } }
  }
}

/** Whether a page does not say if another follows: then it is asked for, and shows by being empty or the same. */
export const isBlind = ({ type }: Paging): boolean => type === 'page' || type === 'offset'

function cursorIn(text: string | undefined): string | undefined {
  if (text === undefined || !/^("|-?\d)/.test(text)) return undefined
  const cursor = text.startsWith('"') ? (JSON.parse(text) as string) : text
  return cursor === '' ? undefined : cursor
}

function linkTo(link: string | null): string | undefined {
  for (const [, target, rest] of (link ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[^",;]*(?:"[^"]*")?)*)/g))
    if (/;\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)/i.test(rest ?? '')) return target
  return undefined
}

function sameOrigin(target: string | undefined, from: URL): PageRef | undefined {
  if (target === undefined || target === '') return undefined
  const url = URL.parse(target, from.href)
  if (url !== null && url.origin === from.origin && url.username === '' && url.password === '') return { url: url.href }
  throw new Fault('source-failed', 'The reply names a next page of another origin.', {
    hint: 'If the API is reached by another address than it knows of itself, choose another way to its pages.',
  })
}
