import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { findConnector } from '../ports/find-connector.ts'
import { checkConnection } from './check-connection.ts'
import { readConfig, readCredential } from './connector-values.ts'
import { tidyValues } from './pasted-values.ts'

export const checkValues: UseCase<typeof api.checkValues> = async ({ catalog, sources }, { body, signal }) => {
  const { kind, notes, credential, ...given } = await tidyValues(sources, body)
  const config = readConfig(kind, given.config)
  if (credential !== undefined) readCredential(kind, credential)
  const connector = body.connector === undefined ? undefined : (await findConnector(catalog, body.connector)).value
  const kept = credential === undefined ? connector?.uid : undefined
  const values = {
    kind: kind.kind,
    config,
    allowWrite: body.allowWrite ?? connector?.allowWrite ?? false,
    ...(credential !== undefined && { credential }),
    ...(kept !== undefined && { uid: kept }),
  }
  const check = await checkConnection((within) => sources.try(values, within), body.timeoutMs, signal)
  return { body: { ...check, warnings: [...notes, ...check.warnings] } }
}
