import type { FieldType, Rows } from '../../domain/batch.ts'
import { inferJson, readJson } from '../files/parse/json.ts'
import { type FileSchema, sampleBytes, sampleRows } from '../files/parse/table.ts'
import type { Member } from './list-shape.ts'
import { type Page, type PagePlace, type Walk, walkPages } from './walk-pages.ts'

/** A row by its page and its place there. Plain JSON. */
export interface ItemPlace {
  readonly page: PagePlace
  readonly skip: number
}

export interface Items extends Rows {
  /** Where the row is that lies so many after the first of these; null where the list ends before it. */
  placeOf(row: number): ItemPlace | null
}

export interface ItemsAsked {
  readonly members: readonly Member[]
  /** Types of columns that were chosen. */
  readonly chosen: ReadonlyMap<string, FieldType>
  /** How many items are wanted at most. */
  readonly most?: number | undefined
  readonly from?: ItemPlace | undefined
}

const firstPage: PagePlace = { ref: {}, row: 0 }

/**
 * The items of a list as rows, a row an object; an item that is none is a row of one column, `value`. Columns are those
 * of the document and of the first page, wherever reading begins. Faults: value-not-representable, source-failed.
 */
export async function readItems(walk: Walk, asked: ItemsAsked): Promise<Items> {
  const { from, most = Number.POSITIVE_INFINITY } = asked
  const name = walk.operation.id
  const pages = walkPages(walk, from?.page ?? firstPage)
  const places: PagePlace[] = []
  let read = 0
  let ended = false
  try {
    const first = await openFirst(pages)
    const isElsewhere = from !== undefined && (from.page.row > 0 || from.skip > 0)
    const head = isElsewhere ? [] : await sampleOf(first)
    const sample = isElsewhere ? await sampleFirstPage(walk) : head
    const schema = withDocument(await inferJson([{ name, bytes: lines(each(sample)) }], asked.chosen), asked.members)
    const items = (async function* (): AsyncGenerator<Buffer> {
      try {
        let skip = from?.skip ?? 0
        for (let page: Page | undefined = first, kept = head; page; kept = []) {
          places.push(page.place)
          for await (const item of chain(kept, page.items)) {
            if (skip > 0) skip--
            else {
              read++
              yield item
              if (read >= most) return
            }
          }
          const next: IteratorResult<Page> = await pages.next()
          page = next.done ? undefined : next.value
        }
        ended = true
      } finally {
        await pages.return(undefined)
      }
    })()
    const begin = (from?.page.row ?? 0) + (from?.skip ?? 0)
    return {
      schema: schema.fields,
      batches: readJson({ name, bytes: lines(items) }, schema),
      placeOf(row) {
        if (ended && row >= read) return null
        const page = places.findLast((place) => place.row <= begin + row) ?? from?.page ?? firstPage
        return { page, skip: begin + row - page.row }
      },
    }
  } catch (thrown) {
    await pages.return(undefined)
    throw thrown
  }
}

async function openFirst(pages: AsyncGenerator<Page>): Promise<Page | undefined> {
  const { done, value } = await pages.next()
  return done ? undefined : value
}

/** The first items of a page, as many as a schema is told from. */
async function sampleOf(page: Page | undefined): Promise<Buffer[]> {
  const sample: Buffer[] = []
  let bytes = 0
  while (page && sample.length < sampleRows && bytes < sampleBytes) {
    const { done, value } = await page.items.next()
    if (done) break
    sample.push(value)
    bytes += value.length
  }
  return sample
}

async function sampleFirstPage(walk: Walk): Promise<Buffer[]> {
  const pages = walkPages(walk, firstPage)
  const first = await openFirst(pages)
  try {
    return await sampleOf(first)
  } finally {
    await first?.items.return(undefined)
    await pages.return(undefined)
  }
}

async function* chain(head: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* head
  yield* rest
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

const openBrace = 123

/** Items as objects on lines. */
async function* lines(items: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const newline = Buffer.from('\n')
  for await (const item of items)
    yield item[0] === openBrace
      ? Buffer.concat([item, newline])
      : Buffer.concat([Buffer.from('{"value":'), item, Buffer.from('}\n')])
}

/**
 * The columns that the document names, in its order, then those that the items have besides. A value's type is told by
 * the items, unless the document says more: a text stays a text where it merely looks like a date.
 */
function withDocument({ fields, chosen }: FileSchema, members: readonly Member[]): FileSchema {
  const seen = new Map(fields.map((field) => [field.name, field]))
  const documented = members.map(({ name, is }) => {
    const field = seen.get(name)
    if (field && chosen.has(name)) return field
    const isNew = field === undefined || field.native === 'null'
    const type = isNew ? typeByDocument(is) : narrowed(field.type, is)
    return { name, type, nullable: true, native: isNew ? is : field.native }
  })
  const names = new Set(members.map(({ name }) => name))
  const others = fields
    .filter(({ name }) => !names.has(name))
    .map((field) => (field.native === 'null' && !chosen.has(field.name) ? { ...field, type: json } : field))
  const all = [...documented, ...others]
  return { fields: all.length > 0 ? all : [{ name: 'value', type: json, nullable: true, native: 'null' }], chosen }
}

const json: FieldType = { is: 'json' }
const utf8: FieldType = { is: 'utf8' }

const typeByDocument = (is: Member['is']): FieldType => (is === 'text' || is === 'time' ? utf8 : json)

function narrowed(type: FieldType, is: Member['is']): FieldType {
  if (is === 'text' && (type.is === 'date' || type.is === 'timestamp')) return utf8
  if (is === 'number' && type.is === 'int64') return { is: 'float64' }
  return type
}
