import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'
import { findRemains } from '../ports/find-connector.ts'
import { connectors, connectorUids, datasourcesOf, exportersOf } from '../ports/records.ts'
import { credentialId } from '../ports/secrets.ts'

export const deleteConnector: UseCase<typeof api.deleteConnector> = async (
  { catalog, secrets },
  { name, expected },
) => {
  const { value, revision } = await findRemains(catalog, name)
  if (expected !== undefined && expected !== revision)
    throw new Fault('precondition-failed', `The connector ${value.name} has changed since it was read.`, {
      hint: 'Read it again before you delete it.',
    })
  const users = await catalog.list(datasourcesOf(value.name), { limit: 5 })
  if (users.entries.length > 0)
    throw new Fault('conflict', `Datasources use the connector ${value.name}.`, {
      hint: `Delete them first: ${users.entries.map(({ id }) => id).join(', ')}${users.next === null ? '' : ', …'}.`,
    })
  const writers = await catalog.list(exportersOf(value.name), { limit: 5 })
  if (writers.entries.length > 0)
    throw new Fault('conflict', `Exporters use the connector ${value.name}.`, {
      hint: `Delete them first: ${writers.entries.map(({ id }) => id).join(', ')}${writers.next === null ? '' : ', …'}.`,
    })
  await catalog.write([
    { delete: connectors, id: value.name, revision },
    ...(value.uid === undefined ? [] : [{ delete: connectorUids, id: value.uid }]),
  ])
  if (value.uid !== undefined) await secrets.delete(credentialId(value.uid))
  return { body: undefined }
}
