import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault } from '../domain/faults.ts'

/** Fault forbidden where the connector does not allow writing. */
export function checkWriting({ name, allowWrite }: Pick<ConnectorRecord, 'name' | 'allowWrite'>): void {
  if (allowWrite) return
  throw new Fault('forbidden', `The connector ${name} does not allow writing.`, {
    hint: 'An administrator can set `allowWrite` on the connector.',
  })
}
