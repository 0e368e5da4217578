import { randomBytes } from 'node:crypto'
import { afterAll } from 'vitest'
import { startPetstore } from '../../../local/demo/petstore.ts'
import { parseAllow } from '../../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../../shared/adapters/egress.ts'
import kind from '../../../shared/connectors/openapi/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { closedPort } from '../../support/closed-port.ts'

const apiKey = randomBytes(18).toString('base64url')
const pets = 100_000
const petstore = await startPetstore({ apiKey, isSpecPrivate: true, pets, petsPerPage: 1000 })
afterAll(() => petstore.stop())

describeConnector(kind, async () => {
  const auth = { type: 'apiKey', in: 'header', name: 'api_key' }
  return {
    config: { specUrl: petstore.specUrl, auth },
    credential: { apiKey },
    wrongCredential: { apiKey: 'another-kéy-1c5e' },
    nobodyThere: { specUrl: `http://127.0.0.1:${await closedPort()}/openapi.json`, auth },
    secretText: apiKey,
    egress: createEgress({ allow: parseAllow('localhost:*') }),
    openAtSource: () => petstore.connections(),
    tables: {
      names: ['listPets', 'findPetsByStatus'],
      large: 'listPets',
      largeRows: pets,
      selection: { operation: 'listPets', parameters: { limit: 5000 } },
    },
    operations: { known: 'getPetById', input: { parameters: { petId: 1 } } },
  }
})
