import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { findConnector } from '../ports/find-connector.ts'
import { checkConnection } from './check-connection.ts'
import { readConfig, readCredential } from './connector-values.ts'

export const checkValues: UseCase<typeof api.checkValues> = async ({ catalog, sources }, { body, signal }) => {
  const kind = sources.get(body.kind)
  const config = readConfig(kind, body.config)
  if (body.credential !== undefined) readCredential(kind, body.credential)
  const kept =
    body.connector !== undefined && body.credential === undefined
      ? (await findConnector(catalog, body.connector)).value.uid
      : undefined
  const values = {
    kind: body.kind,
    config,
    ...(body.credential !== undefined && { credential: body.credential }),
    ...(kept !== undefined && { uid: kept }),
  }
  return { body: await checkConnection((within) => sources.try(values, within), body.timeoutMs, signal) }
}
