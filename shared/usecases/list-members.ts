import type * as api from '../api/members.ts'
import type { UseCase } from '../api/operation.ts'
import { members, seen } from '../ports/identity-records.ts'
import { readCursor, writeCursor } from './list-page.ts'

const ofCallers = 'callers/'

/** Who has a role by a record, and who came with a token or a sign-in that says one: both in the order of their ids. */
export const listMembers: UseCase<typeof api.listMembers> = async ({ catalog }, { limit, cursor }) => {
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const take = Math.min(1000, limit + 1)
  const [given, came] = await Promise.all([
    catalog.list(members, { limit: take, ...(after !== undefined && { after }) }),
    catalog.list(seen, { limit: take, prefix: ofCallers, ...(after !== undefined && { after: ofCallers + after }) }),
  ])
  const byId = new Map(came.entries.map(({ id, value }) => [id.slice(ofCallers.length), { seen: value }] as const))
  const ids = [...new Set([...given.entries.map(({ id }) => id), ...byId.keys()])].sort(inBytes)
  const records = new Map(given.entries.map(({ id, value }) => [id, value]))
  const items = await Promise.all(
    ids.slice(0, limit).map(async (id) => {
      const record = records.get(id) ?? (await catalog.get(members, id))?.value
      const last = byId.get(id)?.seen ?? (await catalog.get(seen, ofCallers + id))?.value
      return {
        id: record?.id ?? last!.id,
        name: record?.name ?? last?.name ?? null,
        role: record?.role ?? last?.role ?? ('viewer' as const),
        disabled: record?.disabled ?? false,
        lastSeen: last?.at ?? null,
      }
    }),
  )
  const isMore = ids.length > limit || given.next !== null || came.next !== null
  return { body: { items, next: isMore ? writeCursor(ids[limit - 1] ?? ids.at(-1)!) : null } }
}

const inBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
