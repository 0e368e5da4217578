import { createHash } from 'node:crypto'
import { constants, promises as fs } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { join, posix } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll } from 'vitest'

const { STATUS_CODE: status } = ssh2.utils.sftp

export interface TestSftp {
  readonly port: number
  /** As OpenSSH prints it. */
  readonly fingerprint: string
  /** Connections that are open. */
  connections(): number
}

export const sftpLogin = { user: 'reader', password: 'pässword-6f21' }

/** A key pair. The library now and then makes one that it cannot read itself: another is made then. */
export function newKeyPair(options: object = {}): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', options as never)
    const { passphrase } = options as { passphrase?: string }
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair
  }
}

export interface SftpServerOptions {
  readonly hostKey?: string
  /** The public key that is let in besides the password. */
  readonly clientKey?: string
  /** Only asks by keyboard-interactive. */
  readonly interactive?: boolean
  /** Answers instead of the files: for servers that do not behave. */
  readonly rogue?: (sftp: ssh2.SFTPWrapper) => void
}

/** A reading SFTP server in this process on the files of a folder, ended after the tests of the file. */
export async function testSftp(root: string, options: SftpServerOptions = {}): Promise<TestSftp> {
  const hostKey = options.hostKey ?? newKeyPair().private
  const sockets = new Set<Socket>()
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (context) => authenticate(context, options))
    client.on('session', (accept) =>
      accept().on('sftp', (acceptSftp) => {
        const sftp = acceptSftp()
        sftp.on('error', () => {})
        if (options.rogue) options.rogue(sftp)
        else serve(sftp, root)
      }),
    )
  })
  const inner = (server as unknown as { _srv: import('node:net').Server })._srv
  inner.on('connection', (socket) => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  })
  const parsed = ssh2.utils.parseKey(hostKey) as ssh2.ParsedKey
  return {
    port: (inner.address() as AddressInfo).port,
    fingerprint: `SHA256:${createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '')}`,
    connections: () => sockets.size,
  }
}

function authenticate(context: ssh2.AuthContext, { clientKey, interactive }: SftpServerOptions): void {
  const { user, password } = sftpLogin
  const decide = (isLetIn: boolean) => (isLetIn ? context.accept() : context.reject())
  if (context.username !== user) decide(false)
  else if (interactive && context.method !== 'keyboard-interactive') context.reject(['keyboard-interactive'])
  else if (context.method === 'keyboard-interactive')
    context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => decide(answer === password))
  else if (context.method === 'password') decide(context.password === password)
  else if (context.method === 'publickey' && clientKey !== undefined) {
    const known = ssh2.utils.parseKey(clientKey) as ssh2.ParsedKey
    const isKnown = known.getPublicSSH().equals(context.key.data)
    decide(isKnown && (!context.signature || known.verify(context.blob!, context.signature, context.hashAlgo) === true))
  } else context.reject(clientKey === undefined ? ['password'] : ['publickey', 'password'])
}

/** Answers from the disk. Handles are numbers of open files, or of folders that wait to be listed. */
function serve(sftp: ssh2.SFTPWrapper, root: string): void {
  const handles = new Map<number, fs.FileHandle | string[]>()
  let last = 0
  const at = (path: string) => join(root, posix.resolve('/', path))
  const answer = async (id: number, run: () => Promise<unknown>) => {
    try {
      await run()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      sftp.status(
        id,
        code === 'ENOENT' ? status.NO_SUCH_FILE : code === 'EACCES' ? status.PERMISSION_DENIED : status.FAILURE,
      )
    }
  }
  const newHandle = (value: fs.FileHandle | string[]) => {
    const handle = Buffer.alloc(4)
    handles.set(++last, value)
    handle.writeUInt32BE(last)
    return handle
  }
  const attrs = (stats: import('node:fs').Stats) => ({
    mode: stats.mode,
    uid: 0,
    gid: 0,
    size: stats.size,
    atime: Math.floor(stats.atimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  })
  sftp.on('REALPATH', (id, path) =>
    sftp.name(id, [{ filename: posix.resolve('/', path), longname: '', attrs: {} as ssh2.Attributes }]),
  )
  const stat = (id: number, path: string) => answer(id, async () => sftp.attrs(id, attrs(await fs.stat(at(path)))))
  sftp.on('STAT', stat)
  sftp.on('LSTAT', (id, path) => answer(id, async () => sftp.attrs(id, attrs(await fs.lstat(at(path))))))
  sftp.on('OPENDIR', (id, path) =>
    answer(id, async () =>
      sftp.handle(id, newHandle((await fs.readdir(at(path))).map((name) => join(at(path), name)))),
    ),
  )
  sftp.on('READDIR', (id, handle) =>
    answer(id, async () => {
      const waiting = handles.get(handle.readUInt32BE()) as string[]
      if (waiting.length === 0) return sftp.status(id, status.EOF)
      const names = waiting.splice(0, 100)
      sftp.name(
        id,
        await Promise.all(
          names.map(async (path) => ({
            filename: posix.basename(path),
            longname: '',
            attrs: attrs(await fs.lstat(path)) as ssh2.Attributes,
          })),
        ),
      )
    }),
  )
  sftp.on('OPEN', (id, path) =>
    answer(id, async () => sftp.handle(id, newHandle(await fs.open(at(path), constants.O_RDONLY)))),
  )
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, async () => {
      const file = handles.get(handle.readUInt32BE()) as fs.FileHandle
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset)
      if (bytesRead === 0) sftp.status(id, status.EOF)
      else sftp.data(id, buffer.subarray(0, bytesRead))
    }),
  )
  sftp.on('CLOSE', (id, handle) =>
    answer(id, async () => {
      const open = handles.get(handle.readUInt32BE())
      if (open && !Array.isArray(open)) await open.close()
      sftp.status(id, status.OK)
    }),
  )
}
