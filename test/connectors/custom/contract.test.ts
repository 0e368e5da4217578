import { describe } from 'vitest'
import { describeConnector } from '../../contract/connector.ts'
import { childrenAlive, hasPython } from '../../support/connections.ts'
import { contractConnections, keys, secretText } from '../../support/contract-connections.ts'

const connections = await contractConnections()

const world = (connection: string, nobody: string) => async () => {
  const config = { connection, codeInterface: 'bytes', fingerprintStrategy: 'content' }
  return {
    config,
    credential: { text: secretText },
    wrongCredential: { text: 'another-credential-1c5e' },
    nobodyThere: { ...config, connection: nobody },
    secretText,
    egress: undefined as never,
    openAtSource: childrenAlive,
    objects: { keys, prefix: 'foo', large: 'large.bin', selection: { parse: 'none' } },
  }
}

describe.skipIf(!hasPython)('in Python (skipped where there is no python3)', () =>
  describeConnector(connections.kind, world('mine', 'nobody')),
)
describe('in TypeScript', () => describeConnector(connections.kind, world('typed', 'nobody-typed')))
