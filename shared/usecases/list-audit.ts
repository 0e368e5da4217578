import type * as api from '../api/audit.ts'
import type { Input, UseCase } from '../api/operation.ts'
import type { AuditRecord } from '../domain/audit.ts'
import { audits } from '../ports/identity-records.ts'
import { readCursor, writeCursor } from './list-page.ts'

type Asked = Input<typeof api.listAudit>

/** How many lines are looked at for one page: a rare one may take several pages, some of them empty. */
const lookedAt = 20_000

export const listAudit: UseCase<typeof api.listAudit> = async ({ catalog }, input) => {
  const items: AuditRecord[] = []
  const since = input.since === undefined ? '' : new Date(input.since).toISOString()
  let after = input.cursor === undefined ? startOf(input) : readCursor(input.cursor)
  for (let looked = 0; looked < lookedAt; looked += 500) {
    const page = await catalog.list(audits, { limit: 500, descending: true, ...(after !== undefined && { after }) })
    for (const [i, { id, value }] of page.entries.entries()) {
      if (value.at < since) return { body: { items, next: null } }
      if (!isWanted(value, input)) continue
      items.push(value)
      if (items.length < input.limit) continue
      const isMore = page.next !== null || i + 1 < page.entries.length
      return { body: { items, next: isMore ? writeCursor(id) : null } }
    }
    if (page.next === null) return { body: { items, next: null } }
    after = page.next
  }
  return { body: { items, next: writeCursor(after!) } }
}

/** Ids begin with their instant, so that this one sorts before all of its own. */
const startOf = ({ until }: Asked) => (until === undefined ? undefined : new Date(until).toISOString())

function isWanted(value: AuditRecord, { by, operation, thing, refused }: Asked): boolean {
  if (by !== undefined && value.caller !== by) return false
  if (operation !== undefined && !value.operation.includes(operation)) return false
  if (thing !== undefined && !value.things.some((each) => each.includes(thing))) return false
  return refused === undefined || refused === (value.code !== null)
}
