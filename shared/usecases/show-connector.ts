import type { ConnectorRecord } from '../domain/connector.ts'

/** A connector as an administrator sees it: everything but its credential, which no record holds. */
export function showConnector(record: ConnectorRecord, notes: readonly string[] = []) {
  const { references: _, ...shown } = record
  return { ...shown, ...(notes.length > 0 && { notes: [...notes] }) }
}
