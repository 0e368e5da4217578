import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { connectors, connectorUids } from '../ports/records.ts'
import { credentialId } from '../ports/secrets.ts'
import { readConfig, readCredential } from './connector-values.ts'
import { newUid } from './new-uid.ts'
import { tidyValues } from './pasted-values.ts'
import { showConnector } from './show-connector.ts'

export const createConnector: UseCase<typeof api.createConnector> = async (
  { catalog, secrets, sources },
  { body, caller, signal },
) => {
  const { kind, notes, ...values } = await tidyValues(sources, body)
  if (kind.isOurs)
    throw new Fault('invalid-request', `A connector of the kind ${kind.kind} is made by the platform.`, {
      errors: [{ pointer: '/body/kind', detail: 'is made by the platform' }],
    })
  const config = await sources.pin(kind.kind, { config: readConfig(kind, values.config) }, signal)
  const given = values.credential === undefined ? undefined : readCredential(kind, values.credential)
  const now = new Date().toISOString()
  const record: ConnectorRecord = {
    uid: newUid('con'),
    name: body.name,
    title: body.title ?? body.name,
    kind: kind.kind,
    config,
    hasCredential: given !== undefined,
    references: given?.references ?? [],
    allowQuery: body.allowQuery,
    allowWrite: body.allowWrite,
    budget: body.budget,
    created: now,
    updated: now,
    createdBy: caller.id,
  }
  if (given !== undefined) await secrets.put(credentialId(record.uid), given.credential)
  try {
    await catalog.write([
      { create: connectors, id: record.name, value: record },
      { create: connectorUids, id: record.uid, value: { name: record.name } },
    ])
  } catch (thrown) {
    await secrets.delete(credentialId(record.uid))
    if (!isFault(thrown, 'conflict')) throw thrown
    throw new Fault('conflict', `There is a connector ${record.name} already.`, {
      hint: 'Choose another name, or change that one with PUT.',
      cause: thrown,
    })
  }
  return { body: showConnector(record, notes), revision: 1, location: `/v1/connectors/${record.name}` }
}
