import * as z from 'zod'
import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { nearest } from '../domain/filter.ts'
import type { CatalogReader, Entry } from './catalog.ts'
import { connectors, connectorUids } from './records.ts'

/** A connector's record by its name or uid. Faults: not-found, source-failed where the record is damaged. */
export async function findConnector(catalog: CatalogReader, nameOrUid: string): Promise<Entry<ConnectorRecord>> {
  try {
    const name = nameOrUid.startsWith('con_') ? (await catalog.get(connectorUids, nameOrUid))?.value.name : nameOrUid
    const entry = name === undefined ? undefined : await catalog.get(connectors, name)
    if (entry) return entry
  } catch (thrown) {
    // What the catalog holds, not the catalog, is broken: its owner can mend that.
    if (isFault(thrown, 'internal')) throw damagedConnector(nameOrUid, thrown)
    throw thrown
  }
  const { entries } = await catalog.list({ ...connectors, schema: z.unknown() }, { limit: 1000 })
  const near = nearest(
    nameOrUid,
    entries.map(({ id }) => id),
  )
  throw new Fault('not-found', `There is no connector ${JSON.stringify(nameOrUid.slice(0, 63))}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'GET /v1/sources lists the names.',
  })
}

/** What deleting a connector takes to know of it, damaged or not. Fault not-found. */
export async function findRemains(
  catalog: CatalogReader,
  nameOrUid: string,
): Promise<Entry<{ readonly name: string; readonly uid?: string | undefined }>> {
  try {
    return await findConnector(catalog, nameOrUid)
  } catch (thrown) {
    const remains = isFault(thrown, 'source-failed') ? await catalog.get(remainsOfConnectors, nameOrUid) : undefined
    if (remains === undefined) throw thrown
    return { ...remains, value: { ...remains.value, name: remains.id } }
  }
}

const remainsOfConnectors = {
  ...connectors,
  schema: z.object({ uid: z.string().optional().catch(undefined) }).catch({}),
}

/** The fault for a record that today's schemas refuse. */
export const damagedConnector = (name: string, cause: Fault): Fault =>
  new Fault('source-failed', `The record of the connector ${JSON.stringify(name)} is damaged.`, {
    hint: 'An administrator can mend it by saving its configuration again, or by deleting and making it anew.',
    ...(cause.errors && { errors: cause.errors }),
    cause,
  })
