import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { type DatabaseWorld, opening, until } from './world.ts'

/** What each says on a socket that was connected. `isTold`: it may ask for the password, and be told. */
export interface Rogue {
  readonly speak: (socket: Socket) => void
  readonly isTold?: true
}

/** What is no server, or a broken one, and speaks to us. */
export function describeRogues(world: DatabaseWorld, rogues: Readonly<Record<string, Rogue>>): void {
  const { server } = world
  const opened = opening(world)

  test.each(Object.keys(rogues))('a server that %s is told without a hang', async (name) => {
    const { speak, isTold } = rogues[name]!
    const heard: Buffer[] = []
    const listener = createServer((socket) => {
      socket.on('error', () => {}).on('data', (chunk) => heard.push(chunk))
      speak(socket)
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as { port: number }
    const egress = loopbackEgress()
    const meet = async (tls: string) => {
      const abort = new AbortController()
      const connection = await opened({ ...server, port }, server.reader, { tls, egress, signal: abort.signal })
      const timer = setTimeout(() => abort.abort(), 1000)
      const thrown = await connection.tables.list({ limit: 1 }).catch((error: unknown) => error)
      clearTimeout(timer)
      expect(thrown).toMatchObject({ name: 'Fault', code: expect.stringMatching(/^(source-|cancelled)/) })
      expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(server.reader.password)
      await connection.close()
    }
    await Promise.all(['disable', 'prefer', 'require'].map(meet))
    await until(async () => egress.sockets.every((socket) => socket.destroyed))
    const said = Buffer.concat(heard).toString('utf8')
    expect(said).not.toContain('root:')
    if (!isTold) expect(said).not.toContain(server.reader.password)
    listener.close()
  })
}
