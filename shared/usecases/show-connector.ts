import type { ConnectorRecord } from '../domain/connector.ts'

/** A connector as an administrator sees it: everything but its credential, which no record holds. */
export function showConnector(record: ConnectorRecord, notes: readonly string[] = []) {
  const { uid, name, title, kind, config, hasCredential, allowQuery, budget, created, updated, createdBy } = record
  const shown = { uid, name, title, kind, config, hasCredential, allowQuery, budget, created, updated, createdBy }
  return { ...shown, ...(notes.length > 0 && { notes: [...notes] }) }
}
