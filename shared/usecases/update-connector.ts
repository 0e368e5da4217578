import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault } from '../domain/faults.ts'
import { findConnector } from '../ports/find-connector.ts'
import { connectors } from '../ports/records.ts'
import { credentialId } from '../ports/secrets.ts'
import { readConfig, readCredential } from './connector-values.ts'
import { tidyValues } from './pasted-values.ts'
import { showConnector } from './show-connector.ts'

export const updateConnector: UseCase<typeof api.updateConnector> = async (
  { catalog, secrets, sources },
  { name, body, expected, signal },
) => {
  const { value: old, revision } = await findConnector(catalog, name)
  if (expected !== undefined && expected !== revision)
    throw new Fault('precondition-failed', `The connector ${old.name} has changed since it was read.`, {
      hint: 'Read it again and repeat the change.',
    })
  for (const fixed of ['name', 'kind'] as const)
    if (body[fixed] !== undefined && body[fixed] !== old[fixed])
      throw new Fault('invalid-request', `The ${fixed} of a connector does not change.`, {
        hint: 'Create another connector.',
        errors: [{ pointer: `/body/${fixed}`, detail: `must be ${old[fixed]}` }],
      })
  const { kind, notes, ...values } = await tidyValues(sources, { ...body, kind: old.kind })
  const before = old.config
  const config =
    values.config === undefined
      ? before
      : await sources.pin(kind.kind, { config: readConfig(kind, values.config), before }, signal)
  const given = values.credential === undefined ? undefined : readCredential(kind, values.credential)
  const record: ConnectorRecord = {
    ...old,
    title: body.title ?? old.title,
    config,
    hasCredential: old.hasCredential || given !== undefined,
    references: given?.references ?? old.references ?? [],
    allowQuery: body.allowQuery ?? old.allowQuery,
    allowWrite: body.allowWrite ?? old.allowWrite,
    budget: body.budget ?? old.budget,
    updated: new Date().toISOString(),
  }
  await catalog.write([{ replace: connectors, id: old.name, value: record, revision }])
  if (given !== undefined) await secrets.put(credentialId(old.uid), given.credential)
  return { body: showConnector(record, notes), revision: revision + 1 }
}
