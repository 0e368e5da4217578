/* The catalog's items in DynamoDB: their shape, the changes of them, and how those fail. */

import type {
  AttributeValue,
  CancellationReason,
  TransactionCanceledException,
  TransactWriteItem,
} from '@aws-sdk/client-dynamodb'
import { Fault } from '../../domain/faults.ts'
import { type ReadyChange, refusedChange } from '../catalog-rules.ts'

export type Item = Record<string, AttributeValue>

export const keyOf = (path: string, id: string) => ({ pk: { S: path }, sk: { S: id } })

/** The value that conditions and filters compare `expires` with. */
export const now = () => ({ ':now': { N: String(Math.floor(Date.now() / 1000)) } })

/** Whether an item is over though DynamoDB has not removed it yet. */
export const isExpired = (item: Item): boolean =>
  item.expires?.N !== undefined && Number(item.expires.N) * 1000 <= Date.now()

const conditions = {
  create: { expression: 'attribute_not_exists(pk) OR #expires <= :now', names: { '#expires': 'expires' } },
  sameRevision: {
    expression: '#revision = :revision AND (attribute_not_exists(#expires) OR #expires > :now)',
    names: { '#expires': 'expires', '#revision': 'revision' },
  },
} as const

/** A change as a transaction takes it, with the condition under which it may be made. */
export function toTransactItem(table: string, change: ReadyChange): TransactWriteItem {
  const key = keyOf(change.path, change.id)
  if (change.kind === 'delete' && change.revision === undefined) return { Delete: { TableName: table, Key: key } }
  const { expression, names } = change.kind === 'create' ? conditions.create : conditions.sameRevision
  const condition = {
    TableName: table,
    ConditionExpression: expression,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: {
      ...now(),
      ...(change.kind !== 'create' && { ':revision': { N: String(change.revision) } }),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  }
  if (change.kind === 'delete') return { Delete: { ...condition, Key: key } }
  const item: Item = {
    ...key,
    revision: { N: String(change.kind === 'create' ? 1 : change.revision + 1) },
    version: { N: String(change.version) },
    json: { S: change.json },
    ...(change.expires !== undefined && { expires: { N: String(change.expires) } }),
  }
  return { Put: { ...condition, Item: item } }
}

/** The fault of the first change that could not be made; another writer in the way is busy. */
export function cancellation(changes: readonly ReadyChange[], cause: TransactionCanceledException): Fault {
  const reasons: readonly CancellationReason[] = cause.CancellationReasons ?? []
  const first = reasons.findIndex(({ Code = 'None' }) => Code !== 'None')
  const reason = reasons[first]
  const item = reason?.Item
  if (reason?.Code === 'ConditionalCheckFailed')
    return refusedChange(changes[first]!, item !== undefined && !isExpired(item))
  if (crossings.has(reason?.Code ?? '')) {
    return new Fault('busy', 'Others are writing the same records.', { cause, retryAfter: 1 })
  }
  return new Fault('internal', `DynamoDB cancelled a write: ${reason?.Code ?? 'no reason given'}.`, { cause })
}

const crossings = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])
