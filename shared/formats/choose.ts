import { Fault } from '../domain/faults.ts'
import { contentTypes, type WireFormat, wireFormats } from './encode.ts'

/**
 * The format of a reply: what `?format=` names, else what `Accept` likes best (RFC 9110), the fallback first among
 * equals. Fault: not-acceptable.
 */
export function chooseFormat(format: string | undefined, accept: string | undefined, fallback: WireFormat): WireFormat {
  if (format !== undefined && format !== '') {
    const named = wireFormats.find((known) => known === format.toLowerCase())
    if (named) return named
    throw notOffered(`No format is called ${JSON.stringify(format.slice(0, 40))}.`)
  }
  if (accept === undefined || accept.trim() === '') return fallback
  const ranges = accept.split(',').map(readRange)
  const offers = [fallback, ...wireFormats.filter((known) => known !== fallback)]
  let best: { readonly offer: WireFormat; readonly quality: number } | undefined
  for (const offer of offers) {
    const quality = qualityOf(offer, ranges)
    if (quality > (best?.quality ?? 0)) best = { offer, quality }
  }
  if (best) return best.offer
  throw notOffered('None of the types that the request accepts is offered here.')
}

interface Range {
  readonly type: string
  readonly quality: number
}

const notOffered = (detail: string): Fault =>
  new Fault('not-acceptable', detail, {
    hint: `Take one of format=${wireFormats.join(', ')}, or accept ${wireFormats.map(mediaType).join(', ')}.`,
  })

const mediaType = (format: WireFormat): string => contentTypes[format].split(';')[0]!

/** Other words in use for the same formats. */
const aliases: Readonly<Record<string, WireFormat>> = {
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-parquet': 'parquet',
  'application/parquet': 'parquet',
}

/** What the most exact range that covers the format says of it; 0 where none does. */
function qualityOf(format: WireFormat, ranges: readonly Range[]): number {
  const type = mediaType(format)
  const exact = ranges.filter((range) => range.type === type || aliases[range.type] === format)
  const family = ranges.filter((range) => range.type === `${type.split('/')[0]}/*`)
  const any = ranges.filter((range) => range.type === '*/*' || range.type === '*')
  const covering = [exact, family, any].find((found) => found.length > 0) ?? []
  return Math.max(0, ...covering.map(({ quality }) => quality))
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))
  const quality = weight === undefined ? 1 : Number(weight.split('=')[1])
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 }
}
