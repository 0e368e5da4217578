import * as api from '../../shared/api/connectors.ts'
import { findPython } from '../../shared/connectors/custom/child-runner.ts'
import type { WholeWorld } from '../../shared/ports/index.ts'
import { connectors } from '../../shared/ports/records.ts'
import { createConnector } from '../../shared/usecases/create-connector.ts'
import { updateConnector } from '../../shared/usecases/update-connector.ts'
import { ask } from './ask.ts'
import type { Bucket } from './bucket.ts'
import { createDatasources } from './datasources.ts'
import type { Petstore } from './petstore.ts'
import type { Demo } from './start.ts'
import type { Warehouse } from './warehouse.ts'

/** The connector that the first commands read. */
export const demoName = 'data-warehouse-sql'

interface DemoConnector {
  readonly name: string
  readonly title: string
  readonly kind: string
  readonly config: object
  readonly credential: object
  readonly allowQuery?: boolean
}

/**
 * Registers what the demo has: its servers, whose ports and logins are new at each start, and the connections of the
 * repository, one in each language. A connector that is new gets its datasources with it.
 */
export async function registerDemo(world: WholeWorld, { warehouse, petstore, bucket }: Demo): Promise<void> {
  const servers = [warehouse && warehouseOf(warehouse), bucket && bucketOf(bucket), petstore && petstoreOf(petstore)]
  for (const connector of [...servers, ...examples()])
    if (connector && (await register(world, connector))) await createDatasources(world, connector.name)
}

const warehouseOf = ({ server, database, reader }: Warehouse): DemoConnector => ({
  name: demoName,
  title: 'Data Warehouse (SQL)',
  kind: 'postgres',
  config: { host: server.host, port: server.port, database, user: reader.user, tls: 'disable' },
  credential: { password: reader.password.reveal() },
  allowQuery: true,
})

const bucketOf = ({ bucket, endpoint, accessKeyId }: Bucket): DemoConnector => ({
  name: 'public-data-s3',
  title: 'Public Data (S3)',
  kind: 's3',
  config: { bucket, endpoint },
  // The store looks at the id alone.
  credential: { accessKeyId: accessKeyId.reveal(), secretAccessKey: accessKeyId.reveal() },
})

const petstoreOf = ({ specUrl, apiKey }: Petstore): DemoConnector => ({
  name: 'petstore',
  title: 'Pet Store (API)',
  kind: 'openapi',
  config: { specUrl, auth: { type: 'apiKey', in: 'header', name: 'api_key' } },
  credential: { apiKey: apiKey.reveal() },
})

/** The connections that come with the repository. They need no server; one needs Python. */
function examples(): readonly DemoConnector[] {
  const fingerprintStrategy = 'content'
  const python: DemoConnector = {
    name: 'weather-stations',
    title: 'Weather Stations (Python)',
    kind: 'custom',
    config: { connection: 'weather-stations', codeInterface: 'bytes', fingerprintStrategy },
    credential: {},
  }
  const typescript: DemoConnector = {
    name: 'exchange-rates',
    title: 'Exchange Rates (TypeScript)',
    kind: 'custom',
    config: { connection: 'exchange-rates', codeInterface: 'rows', fingerprintStrategy },
    credential: {},
  }
  return [...(findPython('') === undefined ? [] : [python]), typescript]
}

/** Makes a connector of the demo, or tells the one of before where its source is now. Whether it is new. */
async function register(world: WholeWorld, connector: DemoConnector): Promise<boolean> {
  const { name, config, credential } = connector
  const isNew = (await world.catalog.get(connectors, name)) === undefined
  if (isNew) await ask(api.createConnector, createConnector, world, { body: JSON.stringify(connector) })
  else {
    const headers = { 'if-match': '*' }
    const body = JSON.stringify({ config, credential })
    await ask(api.updateConnector, updateConnector, world, { params: { name }, headers, body })
  }
  return isNew
}
