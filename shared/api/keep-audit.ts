import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '../domain/audit.ts'
import type { CatalogWriter } from '../ports/catalog.ts'
import { audits } from '../ports/identity-records.ts'
import type { Audited } from './audited.ts'

/** Keeps what was done in the catalog, for so many days. */
export function keepAudit(catalog: CatalogWriter, days: number): (entry: Audited) => Promise<void> {
  let last = { ms: 0, count: 0 }
  return async (entry) => {
    const ms = Date.now()
    // Lines of one millisecond stay in their order.
    last = { ms, count: ms === last.ms ? last.count + 1 : 0 }
    const at = new Date(ms)
    const place = String(last.count).padStart(5, '0')
    const value: AuditRecord = {
      ...entry,
      id: `${at.toISOString()}-${place}-${randomUUID().slice(0, 8)}`,
      at: at.toISOString(),
    }
    const expires = Math.floor(at.getTime() / 1000) + days * 86_400
    await catalog.write([{ create: audits, id: value.id, value, expires }])
  }
}
