import { randomUUID } from 'node:crypto'
import { awsSecrets } from '../../../shared/adapters/aws/secrets.ts'
import { secretsContract } from '../../contract/secrets.ts'
import { ssmClient } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { moto } from '../../support/moto.ts'

describeOn(moto, 'SSM', (endpoint) => {
  const make = async () => {
    const [client, other] = [ssmClient(endpoint()), ssmClient(endpoint())]
    const place = { prefix: `/headgate/${randomUUID()}/`, keyId: 'alias/headgate' }
    const dispose = async () => {
      client.destroy()
      other.destroy()
    }
    return { secrets: awsSecrets({ client, ...place }), twin: awsSecrets({ client: other, ...place }), dispose }
  }
  secretsContract('SSM on moto', make, {
    'gives the newest value of another process at once': 'reads are cached, since SSM takes 40 a second',
  })
})
