import { type FieldType, parseTypeName } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import { filterRows } from '../../formats/filter.ts'
import { orderRows } from '../../formats/order.ts'
import { eachWanted, whileWanted } from '../files/ended.ts'
import type { ReadWindow, TableInfo, Tables, Window } from '../kind.ts'
import type { Api } from './api.ts'
import type { Pagination, Selection } from './config.ts'
import { type ListShape, listShapeOf, membersAt, shapeOf } from './list-shape.ts'
import type { LoadedSpec } from './load-spec.ts'
import type { Operation } from './operations.ts'
import type { PageRef } from './pagination.ts'
import { type ItemPlace, type Items, type ItemsAsked, readItems } from './read-items.ts'

/** The operations of a document that answer with a list, as tables. */
export function tablesOf(api: Api): Tables {
  const known = async (table: string) => {
    const loaded = await api.spec()
    const operation = loaded.spec.operations.get(table)
    const shape = operation && listShapeOf(loaded.spec, operation)
    if (operation && shape) return { loaded, operation, shape }
    throw noTable(table, loaded)
  }
  return {
    async list({ schema, search, limit, after }) {
      const { spec } = await api.spec()
      const found = [...spec.operations.values()]
        .filter((operation) => schema === undefined || operation.tag === schema)
        .filter(({ id }) => search === undefined || id.toLowerCase().includes(search.toLowerCase()))
        .filter((operation) => listShapeOf(spec, operation) !== undefined)
        .map(infoOf)
        .sort((a, b) => (a.table < b.table ? -1 : 1))
        .filter(({ table }) => after === undefined || table > after)
      const items = found.slice(0, limit)
      return { items, next: found.length > limit ? items.at(-1)!.table : null }
    },
    async describe(table) {
      const { loaded, operation, shape } = await known(table)
      const rows = await itemsOf(api, loaded, operation, { parameters: {} }, shape, { most: 1 })
      await rows.batches[Symbol.asyncIterator]().return?.()
      const { schema } = rows
      return { ...infoOf(operation), columns: schema, comments: schema.map(() => null), primaryKey: [], uniqueKeys: [] }
    },
    async read(table, window) {
      const { loaded, operation, shape } = await known(table)
      return readWindow((asked) => itemsOf(api, loaded, operation, { parameters: {} }, shape, asked), window)
    },
  }
}

/** The items that a datasource selects. Faults: not-found, invalid-request, and those of reading. */
export async function selectedItems(api: Api, selection: Selection): Promise<Items> {
  const loaded = await api.spec()
  const { operation: id, parameters = {}, body, items, schema = {} } = selection
  const operation = api.find(loaded, id)
  if (operation.method !== 'GET' && operation.method !== 'POST')
    throw new Fault('invalid-request', `${id} is a ${operation.method}, and is not read as a list.`, {
      hint: 'Choose a GET, or a POST that searches.',
    })
  const shape: ListShape | undefined =
    items === undefined ? shapeOf(loaded.spec, operation) : { items, members: membersAt(loaded.spec, operation, items) }
  if (!shape)
    throw new Fault('invalid-request', `The document does not say where ${id} answers with a list.`, {
      hint: 'Say it: `items`, a JSON pointer into the reply; empty where the reply is the list.',
    })
  const chosen = new Map(Object.entries(schema).map(([name, type]) => [name, parseTypeName(type)]))
  return itemsOf(api, loaded, operation, { parameters, body, pagination: selection.pagination }, shape, { chosen })
}

type Given = Pick<Selection, 'body' | 'pagination'> & { readonly parameters: Readonly<Record<string, unknown>> }

async function itemsOf(
  api: Api,
  loaded: LoadedSpec,
  operation: Operation,
  { parameters, body, pagination }: Given,
  { items, members }: ListShape,
  asked: Partial<ItemsAsked>,
): Promise<Items> {
  const from =
    asked.from ?? (pagination && { page: { ref: firstRef(pagination), row: 0, paging: pagination }, skip: 0 })
  const walk = {
    spec: loaded.spec,
    operation,
    given: parameters,
    items,
    ask: (ref: PageRef) => api.ask(loaded, operation, { parameters: { ...parameters, ...ref.set }, body }, ref.url),
  }
  const reading = readItems(walk, { members, chosen: new Map<string, FieldType>(), ...asked, from })
  const found = await whileWanted(api.signal, reading)
  return { ...found, batches: eachWanted(api.signal, found.batches) }
}

/** A page number that is known is said, for what an API takes an absent one for is not. */
const firstRef = (pagination: Pagination): PageRef =>
  pagination.type === 'page' ? { set: { [pagination.parameter]: pagination.first } } : {}

type Place = { readonly at: ItemPlace } | { readonly ordered: number }

/** A window of a list: filtered and ordered here, for the API has no common way to ask for either. */
async function readWindow(
  open: (asked: Partial<ItemsAsked>) => Promise<Items>,
  { select, where, order, limit, after }: ReadWindow,
): Promise<Window> {
  const place = after === undefined ? undefined : (JSON.parse(after) as Place)
  if (order?.length) {
    const begin = place && 'ordered' in place ? place.ordered : 0
    const end = limit === undefined ? Number.MAX_SAFE_INTEGER : begin + limit
    const items = await open({})
    const found = freeing(items, () => filterRows(items, where))
    let rows = 0
    const counted = {
      schema: found.schema,
      batches: (async function* () {
        for await (const batch of found.batches) {
          rows += batch.rows
          yield batch
        }
      })(),
    }
    const ordered = await freeing(items, () =>
      filterRows(orderRows(counted, order, [begin, end]), undefined, { select }),
    )
    return { ...ordered, next: () => (rows > end ? JSON.stringify({ ordered: end } satisfies Place) : null) }
  }
  const from = place && 'at' in place ? place.at : undefined
  const items = await open({ from, most: where === undefined ? limit : undefined })
  const found = freeing(items, () => filterRows(items, where, { select, limit }))
  return {
    schema: found.schema,
    batches: found.batches,
    next() {
      const at = items.placeOf(found.scanned())
      return at === null ? null : JSON.stringify({ at } satisfies Place)
    },
  }
}

/** What is asked of columns that are not there must not leave the request open that told so. */
function freeing<T>({ batches }: Items, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    void batches[Symbol.asyncIterator]().return?.()
    throw thrown
  }
}

const infoOf = ({ id, tag, summary }: Operation): TableInfo => ({
  table: id,
  schema: tag,
  name: id,
  kind: 'view',
  comment: summary || null,
  estimate: null,
  bytes: null,
})

function noTable(table: string, { spec }: LoadedSpec): Fault {
  const lists = [...spec.operations.values()].filter((operation) => listShapeOf(spec, operation))
  const near = nearest(
    table,
    lists.map(({ id }) => id),
  )
  const isKnown = spec.operations.has(table)
  return new Fault(
    'not-found',
    isKnown
      ? `The operation ${JSON.stringify(table)} does not answer with a list, or not without arguments.`
      : `There is no operation ${JSON.stringify(table.slice(0, 200))} that lists.`,
    {
      hint: isKnown
        ? 'Call it as an operation, or make a datasource that gives its arguments and says where the list is.'
        : near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : 'List the tables of the source to see them.',
    },
  )
}
