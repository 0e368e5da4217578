import { randomUUID } from 'node:crypto'
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { Fault } from '../../domain/faults.ts'
import type { CatalogWriter, Collection, Entry } from '../../ports/catalog.ts'
import { checkListing, fromJson, isRecordId, readyChanges } from '../catalog-rules.ts'
import { cancellation, type Item, isExpired, keyOf, now, toTransactItem } from './catalog-items.ts'
import { awsFault } from './faults.ts'
import { retry } from './retry.ts'

/**
 * The catalog in one DynamoDB table: `pk` is the collection's path, `sk` the id, both strings, which sort by their
 * UTF-8 bytes. `json` is the value, `version` that of its form, `revision` its number, `expires` the attribute for the
 * table's time to live, which DynamoDB acts on within days: until then we hide the item.
 */
export function awsCatalog({
  client,
  table,
}: {
  readonly client: DynamoDBClient
  readonly table: string
}): CatalogWriter {
  return {
    async get(collection, id) {
      if (!isRecordId(id)) return undefined
      const request = { TableName: table, Key: keyOf(collection.path, id), ConsistentRead: true }
      const { Item: item } = await client.send(new GetItemCommand(request)).catch(asFault)
      return item && !isExpired(item) ? toEntry(collection, item) : undefined
    },

    async list(collection, page) {
      checkListing(page)
      const [first, last] = span(page)
      if (inBytes(first, last) > 0) return { entries: [], next: null }
      const request = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :path AND sk BETWEEN :first AND :last',
        FilterExpression: 'attribute_not_exists(#expires) OR #expires > :now',
        ExpressionAttributeNames: { '#expires': 'expires' },
        ExpressionAttributeValues: {
          ':path': { S: collection.path },
          ':first': { S: first },
          ':last': { S: last },
          ...now(),
        },
        ScanIndexForward: !page.descending,
        // One to know whether there are more, one for the record at `after` itself.
        Limit: page.limit + 2,
      }
      const items: Item[] = []
      for (let from: Item | undefined; ; ) {
        const found = await client.send(new QueryCommand({ ...request, ExclusiveStartKey: from })).catch(asFault)
        for (const item of found.Items ?? []) if (item.sk?.S !== page.after) items.push(item)
        from = found.LastEvaluatedKey
        if (from === undefined || items.length > page.limit) break
      }
      const entries = items.slice(0, page.limit).map((item) => toEntry(collection, item))
      return { entries, next: items.length > page.limit ? entries.at(-1)!.id : null }
    },

    async write(changes) {
      const ready = readyChanges(changes)
      if (ready.length === 0) return
      // One token for all tries, ours and the SDK's: DynamoDB does the write once, however often it arrives, and
      // however late. It takes the same token again after a cancellation, but only with the very same request.
      const request = {
        TransactItems: ready.map((change) => toTransactItem(table, change)),
        ClientRequestToken: randomUUID(),
      }
      const writeOnce = async () => {
        try {
          await client.send(new TransactWriteItemsCommand(request))
        } catch (thrown) {
          throw thrown instanceof TransactionCanceledException ? cancellation(ready, thrown) : asFaultOf(thrown)
        }
      }
      await retry(writeOnce, { tries: 8, isRetryable: isCrossed })
    },
  }
}

const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

const asFaultOf = (thrown: unknown) => awsFault('DynamoDB', thrown)
const asFault = (thrown: unknown): never => {
  throw asFaultOf(thrown)
}

/** The ids between which a page lies, both included. Ids are at most 512 bytes, sort keys at most 1,024. */
function span(page: { readonly after?: string; readonly prefix?: string; readonly descending?: boolean }) {
  const prefix = page.prefix ?? ''
  const first = prefix === '' ? '\u0001' : prefix
  const last = prefix + '\u{10ffff}'.repeat(128)
  const after = page.after ?? (page.descending ? last : first)
  if (page.descending) return [first, inBytes(after, last) < 0 ? after : last] as const
  return [inBytes(after, first) > 0 ? after : first, last] as const
}

function toEntry<T>(collection: Collection<T>, item: Item): Entry<T> {
  const id = item.sk!.S!
  const version = item.version && Number(item.version.N)
  return { id, revision: Number(item.revision!.N), value: fromJson(collection, id, item.json!.S!, version) }
}

/** A write that DynamoDB cancelled, so that it can be done again. Where no answer came, the SDK has already asked again. */
const isCrossed = (thrown: unknown) =>
  thrown instanceof Fault && thrown.code === 'busy' && thrown.cause instanceof TransactionCanceledException
