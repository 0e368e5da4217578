import { fileExtraction } from '../files/extraction.ts'
import { connectorKind } from '../kind.ts'
import { checkFtp } from './check.ts'
import { Config, Credential, Selection } from './config.ts'
import { ftpObjects } from './objects.ts'
import { newPool } from './pool.ts'

/** FTP, plain or with TLS. The driver is basic-ftp; it dials nothing itself. */
export default connectorKind({
  kind: 'ftp',
  title: 'FTP or FTPS server',
  capabilities: ['objects'],
  config: Config,
  credential: Credential,
  selection: Selection,
  async open(at) {
    const pool = newPool(at)
    const objects = ftpObjects(pool, at.signal)
    return {
      objects,
      check: () => checkFtp(at),
      ...fileExtraction(objects),
      close: async () => pool.close(),
    }
  },
})
