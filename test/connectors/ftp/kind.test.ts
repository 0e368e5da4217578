import { tmpdir } from 'node:os'
import kind from '../../../shared/connectors/ftp/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { closedPort } from '../../support/closed-port.ts'
import { fileTree, treeFiles } from '../../support/file-tree.ts'
import { ftpLogin, testFtp } from '../../support/ftp-server.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'

const server = await testFtp(await fileTree(tmpdir()))

const egress = loopbackEgress()

describeConnector(kind, async () => {
  const config = { host: '127.0.0.1', port: server.port, user: ftpLogin.user, tls: 'none' }
  return {
    config,
    credential: { password: ftpLogin.password },
    wrongCredential: { password: 'another-pässword-1c5e' },
    nobodyThere: { ...config, port: await closedPort() },
    secretText: ftpLogin.password,
    egress,
    // The server does not read while it transfers, and may never see that a client went: our own ends are counted.
    openAtSource: async () => egress.sockets.filter(({ destroyed }) => !destroyed).length,
    objects: {
      keys: Object.keys(treeFiles),
      prefix: 'foo',
      large: 'large.bin',
      selection: { glob: '**', parse: 'none' },
    },
  }
})
