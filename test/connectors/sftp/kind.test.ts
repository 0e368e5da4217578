import { tmpdir } from 'node:os'
import kind from '../../../shared/connectors/sftp/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { closedPort } from '../../support/closed-port.ts'
import { fileTree, treeFiles } from '../../support/file-tree.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { sftpLogin, testSftp } from '../../support/sftp-server.ts'

const server = await testSftp(await fileTree(tmpdir()))

describeConnector(kind, async () => {
  const config = { host: '127.0.0.1', port: server.port, user: sftpLogin.user, hostKey: server.fingerprint }
  return {
    config,
    credential: { password: sftpLogin.password },
    wrongCredential: { password: 'another-pässword-1c5e' },
    nobodyThere: { ...config, port: await closedPort() },
    secretText: sftpLogin.password,
    egress: loopbackEgress(),
    openAtSource: async () => server.connections(),
    objects: {
      keys: Object.keys(treeFiles),
      prefix: 'foo',
      large: 'large.bin',
      selection: { glob: '**', parse: 'none' },
    },
  }
})
