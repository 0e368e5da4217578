import type { ConnectorRecord } from '../domain/connector.ts'

/** A connector as an administrator sees it: everything but its credential, which no record holds. */
export function showConnector(record: ConnectorRecord) {
  const { uid, name, title, kind, config, hasCredential, allowQuery, budget, created, updated, createdBy } = record
  return { uid, name, title, kind, config, hasCredential, allowQuery, budget, created, updated, createdBy }
}
