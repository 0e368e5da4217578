import type { ConnectorRecord, Source } from '../domain/connector.ts'
import type { Kinds } from '../ports/sources.ts'

/** A connector as a reader sees it. A kind that this version does not know offers nothing. */
export function showSource(record: ConnectorRecord, kinds: Kinds): Source {
  const { uid, name, title, kind, allowQuery, allowWrite } = record
  const known = kinds.list().find((info) => info.kind === kind)
  return { uid, name, title, kind, capabilities: [...(known?.capabilities ?? [])], allowQuery, allowWrite }
}
