import { awsCatalog } from '../../../shared/adapters/aws/catalog.ts'
import { catalogContract } from '../../contract/catalog.ts'
import { dynamoClient, makeTable, takeTurns } from '../../support/aws.ts'
import { dynoxide } from '../../support/dynoxide.ts'
import { describeOn } from '../../support/emulator.ts'
import { moto } from '../../support/moto.ts'

for (const emulator of [dynoxide, moto]) {
  describeOn(emulator, 'DynamoDB', (endpoint) => {
    const make = async () => {
      const [client, other] = [dynamoClient(endpoint()), dynamoClient(endpoint())]
      if (emulator === moto) takeTurns([client, other])
      const table = await makeTable(client)
      const dispose = async () => {
        client.destroy()
        other.destroy()
      }
      return { catalog: awsCatalog({ client, table }), twin: awsCatalog({ client: other, table }), dispose }
    }
    catalogContract(`DynamoDB on ${emulator.name}`, make)
  })
}
