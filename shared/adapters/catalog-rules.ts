import { Fault } from '../domain/faults.ts'
import type { Change, Collection } from '../ports/catalog.ts'

const maxIdBytes = 512
const maxRecordBytes = 350 * 1024
/** DynamoDB takes 4 MB in one transaction, keys and attribute names included. */
const maxWriteBytes = 3_500_000
const maxChanges = 100
const maxPage = 1000

/** A change that every adapter may make as it is: checked, and its value as JSON. */
export type ReadyChange =
  | {
      readonly kind: 'create'
      readonly path: string
      readonly id: string
      readonly json: string
      readonly version: number
      readonly expires?: number
    }
  | {
      readonly kind: 'replace'
      readonly path: string
      readonly id: string
      readonly json: string
      readonly version: number
      readonly revision: number
      readonly expires?: number
    }
  | { readonly kind: 'delete'; readonly path: string; readonly id: string; readonly revision?: number }

/** Checks all changes before any is made. Faults: invalid-request, too-large, internal for a value off its schema. */
export function readyChanges(changes: readonly Change[]): readonly ReadyChange[] {
  if (changes.length > maxChanges) throw new Fault('too-large', `A write is at most ${maxChanges} changes.`)
  const ready = changes.map(readyChange)
  const records = new Set(ready.map(({ path, id }) => `${path}\0${id}`))
  if (records.size < ready.length) throw new Fault('invalid-request', 'A write cannot change one record twice.')
  const bytes = ready.reduce((sum, change) => sum + ('json' in change ? Buffer.byteLength(change.json) : 0), 0)
  if (bytes > maxWriteBytes) throw new Fault('too-large', `The records of a write are at most ${maxWriteBytes} bytes.`)
  return ready
}

function readyChange(change: Change): ReadyChange {
  if (!isRecordId(change.id)) {
    throw new Fault('invalid-request', `An id is 1 to ${maxIdBytes} bytes of Unicode without NUL.`)
  }
  if ('delete' in change) {
    return { kind: 'delete', path: change.delete.path, id: change.id, ...given('revision', change.revision) }
  }
  const collection = 'create' in change ? change.create : change.replace
  const json = toJson(collection, change.id, change.value)
  const version = versionOf(collection)
  const record = { path: collection.path, id: change.id, json, version, ...given('expires', change.expires) }
  return 'create' in change ? { kind: 'create', ...record } : { kind: 'replace', ...record, revision: change.revision }
}

const given = <K extends string>(key: K, value: number | undefined): { readonly [P in K]?: number } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: number })

/** Whether a record of that id can exist. */
export const isRecordId = (id: string): boolean => id !== '' && isComparable(id)

const isComparable = (text: string) =>
  text.isWellFormed() && !text.includes('\0') && Buffer.byteLength(text) <= maxIdBytes

/** Checks what a list is asked for: fault invalid-request. */
export function checkListing(page: {
  readonly limit: number
  readonly after?: string
  readonly prefix?: string
}): void {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > maxPage) {
    throw new Fault('invalid-request', `A page is 1 to ${maxPage} entries.`)
  }
  if (!isComparable(page.after ?? '') || !isComparable(page.prefix ?? '')) {
    throw new Fault('invalid-request', `A place in a list is at most ${maxIdBytes} bytes of Unicode without NUL.`)
  }
}

function toJson(collection: Collection<unknown>, id: string, value: unknown): string {
  const parsed = collection.schema.safeParse(value)
  if (!parsed.success) throw offSchema(collection, id, parsed.error)
  const json = JSON.stringify(parsed.data)
  if (Buffer.byteLength(json) > maxRecordBytes) {
    throw new Fault('too-large', `A record of ${collection.path} is at most ${maxRecordBytes} bytes as JSON.`)
  }
  return json
}

/** The version in which records of a collection are written. */
export const versionOf = ({ steps = [] }: Collection<unknown>): number => 1 + steps.length

/**
 * A stored value, brought forward to today's version and read through its schema, so that what an older version wrote gets
 * today's defaults. `version` is the one that it was written in; records of before there were any say none and are of the
 * first. Fault busy for a newer one: to read it as if it were of today would lose what is new in it.
 */
export function fromJson<T>(collection: Collection<T>, id: string, json: string, version = 1): T {
  const today = versionOf(collection)
  if (version > today) throw newerRecord(collection, id)
  const value = (collection.steps ?? []).slice(version - 1).reduce<unknown>((old, step) => step(old), JSON.parse(json))
  const parsed = collection.schema.safeParse(value)
  if (!parsed.success) throw offSchema(collection, id, parsed.error)
  return parsed.data
}

const newerRecord = (collection: Collection<unknown>, id: string) =>
  new Fault('busy', `The record ${JSON.stringify(id)} of ${collection.path} is of a newer version of Headgate.`, {
    hint: 'While a deployment is under way this passes by itself; otherwise run that version, or a newer one.',
    retryAfter: 30,
  })

const offSchema = (collection: Collection<unknown>, id: string, cause: unknown) =>
  new Fault('internal', `The record ${JSON.stringify(id)} of ${collection.path} is not of its schema.`, { cause })

/** The fault of a change that found its record otherwise than asked: `there` tells whether it is there at all. */
export function refusedChange(change: ReadyChange, there: boolean): Fault {
  const record = `${JSON.stringify(change.id)} in ${change.path}`
  if (change.kind === 'create') return new Fault('conflict', `There is already a record ${record}.`)
  if (!there) return new Fault('not-found', `There is no record ${record}.`)
  return new Fault('precondition-failed', `The record ${record} has changed since it was read.`, {
    hint: 'Read it again, and repeat the change on what is there now.',
  })
}
