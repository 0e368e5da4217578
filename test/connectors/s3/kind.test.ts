import { describe } from 'vitest'
import kind from '../../../shared/connectors/s3/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { closedPort } from '../../support/closed-port.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { treeFiles } from '../../support/file-tree.ts'
import { moto } from '../../support/moto.ts'
import { testStore } from '../../support/s3-store.ts'

describe.skipIf(moto.missing)(`with moto${moto.missing ? ` (skipped: ${moto.missing})` : ''}`, async () => {
  if (moto.missing) return
  const store = await testStore(treeFiles)
  const egress = countingEgress()

  describeConnector(kind, async () => {
    const config = { bucket: store.bucket, endpoint: store.endpoint }
    return {
      config,
      credential: store.keys,
      wrongCredential: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'another-secret-1c5e' },
      nobodyThere: { ...config, endpoint: `http://127.0.0.1:${await closedPort()}` },
      secretText: store.keys.secretAccessKey,
      egress,
      openAtSource: async () => egress.open(),
      objects: {
        keys: Object.keys(treeFiles),
        prefix: 'foo',
        large: 'large.bin',
        selection: { glob: '**', parse: 'none' },
      },
    }
  })
})
