import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '../domain/audit.ts'
import type { CatalogWriter } from '../ports/catalog.ts'
import { audits } from '../ports/identity-records.ts'
import type { Audited } from './audited.ts'

/** Keeps what was done in the catalog, for so many days. */
export const keepAudit =
  (catalog: CatalogWriter, days: number) =>
  async (entry: Audited): Promise<void> => {
    const at = new Date()
    const value: AuditRecord = { ...entry, id: `${at.toISOString()}-${randomUUID().slice(0, 8)}`, at: at.toISOString() }
    const expires = Math.floor(at.getTime() / 1000) + days * 86_400
    await catalog.write([{ create: audits, id: value.id, value, expires }])
  }
