import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll } from 'vitest'

export interface RogueFtp {
  /** What a command is answered with; undefined: as a polite server would. */
  readonly command?: (
    line: string,
    control: Socket,
    sendData: (write: (data: Socket) => void) => void,
  ) => string | undefined
  readonly welcome?: string
}

/** An FTP server that does as it is told, and otherwise lets everybody into an empty folder. */
export async function rogueFtp({ command, welcome = '220 hello\r\n' }: RogueFtp): Promise<number> {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  const listen = async (server: Server): Promise<number> => {
    servers.push(server)
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const control = createServer((socket) => {
    socket.write(welcome)
    let data: ((write: (data: Socket) => void) => void) | undefined
    let rest = ''
    const answer = async (line: string): Promise<string | undefined> => {
      const told = command?.(line, socket, (write) => data?.(write))
      if (told !== undefined) return told
      const [word = ''] = line.split(' ')
      switch (word) {
        case 'USER':
          return '331 password\r\n'
        case 'PASS':
          return '230 in\r\n'
        case 'PWD':
          return '257 "/"\r\n'
        case 'CWD':
          return line === 'CWD /' ? '250 ok\r\n' : '550 none\r\n'
        case 'SIZE':
          return '213 1000000\r\n'
        case 'MDTM':
          return '213 20260101000000\r\n'
        case 'EPSV': {
          const accepted: Socket[] = []
          const waiting: ((data: Socket) => void)[] = []
          const port = await listen(
            createServer((socket) => {
              const write = waiting.shift()
              if (write) write(socket)
              else accepted.push(socket)
            }),
          )
          data = (write) => {
            const socket = accepted.shift()
            if (socket) write(socket)
            else waiting.push(write)
          }
          return `229 ok (|||${port}|)\r\n`
        }
        case 'LIST':
        case 'MLSD':
          data?.((socket) => socket.end())
          return '150 here\r\n226 done\r\n'
        case 'TYPE':
        case 'OPTS':
        case 'STRU':
          return '200 ok\r\n'
        default:
          return '502 no\r\n'
      }
    }
    socket.on('data', async (chunk) => {
      rest += chunk.toString('latin1')
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        const reply = await answer(line)
        if (reply !== undefined && !socket.destroyed) socket.write(reply)
      }
    })
  })
  const port = await listen(control)
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    for (const server of servers) server.close()
  })
  return port
}
