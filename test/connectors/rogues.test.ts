import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, it, vi } from 'vitest'
import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import { kinds } from '../../shared/connectors/index.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { documentOf } from '../support/open-api.ts'
import { type Rogue, rogueServer, rogues, say } from '../support/rogue-server.ts'

const secret = 'open-sesame-9d1c'
/** A file of this machine that no server may get. */
const canary = join(tmpdir(), `headgate-canary-${process.pid}`)
const canaryText = randomBytes(24).toString('hex')
writeFileSync(canary, canaryText)
afterAll(async () => (await import('node:fs/promises')).rm(canary))

const packet = (sequence: number, ...bytes: readonly number[]) =>
  Buffer.from([bytes.length & 255, bytes.length >> 8, 0, sequence, ...bytes])
const mysqlGreeting = packet(
  0,
  10,
  ...Buffer.from('11.4.2-MariaDB\0'),
  ...[1, 0, 0, 0],
  ...Buffer.from('12345678\0'),
  ...[0xff, 0xf7, 0x21, 2, 0, 0xff, 0x81, 21, ...Array<number>(10).fill(0)],
  ...Buffer.from('123456789012\0mysql_native_password\0'),
)
const mysqlOk = (sequence: number) => packet(sequence, 0, 0, 0, 2, 0, 0, 0)
const message = (letter: string, ...bytes: readonly number[]) => {
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeUInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, Buffer.from(bytes)])
}
const postgresIn = Buffer.concat([message('R', 0, 0, 0, 0), message('Z', 0x49)])
const http = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`
const json = 'content-type: application/json'

interface Server {
  readonly kind: string
  readonly config: (port: number) => Record<string, unknown>
  readonly credential: Record<string, unknown>
  readonly selection?: unknown
  /** How long it is polite, by the name of the stage; an empty text is silence. */
  readonly stages: Readonly<Record<string, readonly (string | Buffer)[]>>
  /** What is wrong in its own protocol, at the last stage. */
  readonly own: Readonly<Record<string, Rogue>>
}

const servers: Readonly<Record<string, Server>> = {
  postgres: {
    kind: 'postgres',
    config: (port) => ({ host: '127.0.0.1', port, database: 'd', user: 'u', tls: 'disable' }),
    credential: { password: secret },
    stages: { 'at first': [], 'after the login': ['', postgresIn] },
    own: {
      'announces a message without end': say([0x44, 0x7f, 0xff, 0xff, 0xff, 0, 0]),
      'announces a message of less than nothing': say([0x44, 0xff, 0xff, 0xff, 0xff]),
      'describes more columns than it sends': say(message('1'), message('T', 0xff, 0xff, 0x41, 0)),
      'sends rows before it describes them': say(message('D', 0, 1, 0x7f, 0xff, 0xff, 0xff, 1)),
      'fails with words for the terminal': say(
        message('E', ...Buffer.from('SERROR\0C42P01\0M\x1b]0;owned\x07<script>\0\0')),
        message('Z', 0x49),
      ),
    },
  },
  mysql: {
    kind: 'mysql',
    config: (port) => ({ host: '127.0.0.1', port, user: 'u', tls: 'disable' }),
    credential: { password: secret },
    stages: { 'at first': [], 'after the greeting': [mysqlGreeting], 'after the login': [mysqlGreeting, mysqlOk(2)] },
    own: {
      'asks for a file': (socket) => {
        const ask = () => socket.write(packet(1, 0xfb, ...Buffer.from(canary)))
        socket.on('data', ask)
        ask()
      },
      'sends a packet of 16 MiB that never ends': say([0xff, 0xff, 0xff, 1, 1]),
      'fails with words for the terminal': say(packet(1, 0xff, 0x15, 4, ...Buffer.from('#42000\x1b]0;owned\x07'))),
    },
  },
  ftp: {
    kind: 'ftp',
    config: (port) => ({ host: '127.0.0.1', port, tls: 'none' }),
    credential: { password: secret },
    stages: {
      'at first': [],
      'after the welcome': ['220 hello\r\n'],
      'after the login': ['220 hello\r\n', '331 password\r\n', '230 in\r\n'],
    },
    own: {
      'answers every command with another host': (socket) => {
        const lead = () => socket.write('227 in (10,0,0,1,0,80)\r\n')
        socket.on('data', lead)
        lead()
      },
      'welcomes twice': say('220 hello\r\n', '220 hello\r\n'),
    },
  },
  ssh: {
    kind: 'sftp',
    config: (port) => ({ host: '127.0.0.1', port, user: 'u', hostKey: `SHA256:${'A'.repeat(43)}` }),
    credential: { password: secret },
    stages: { 'at first': [], 'after its name': ['SSH-2.0-rogue\r\n'] },
    own: {
      'is of a version that nobody speaks': say('SSH-1.5-old\r\n'),
      'announces a packet without end': say([0xff, 0xff, 0xff, 0xff, 4, 20]),
      'pads more than there is': say([0, 0, 0, 12, 255, 20, ...Array<number>(10).fill(0)]),
      'takes its leave in words for the terminal': say(
        [0, 0, 0, 28, 6, 1, 0, 0, 0, 2, 0, 0, 0, 6],
        '\x1b[2J<b>',
        Buffer.alloc(10),
      ),
    },
  },
  'the server of a document': {
    kind: 'openapi',
    config: (port) => ({ specUrl: `http://127.0.0.1:${port}/x.json` }),
    credential: {},
    stages: {
      'at first': [''],
      'in a document': ['', `${http('HTTP/1.1 200 OK', json, 'content-length: 900000000')}{"openapi":"3.1.0",`],
    },
    own: {
      'sends headers without end': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const timer = setInterval(() => socket.write(`x-a: ${'b'.repeat(20_000)}\r\n`), 5)
        socket.on('close', () => clearInterval(timer))
      },
      'redirects in a circle': say(http('HTTP/1.1 302 Found', 'location: /x.json', 'content-length: 0')),
      'lies about the size of a chunk': say(
        `${http('HTTP/1.1 200 OK', json, 'transfer-encoding: chunked')}ffffffffff\r\n{}`,
      ),
      'sends a bomb': say(
        http('HTTP/1.1 200 OK', json, 'content-encoding: gzip', 'connection: close'),
        gzipSync(Buffer.alloc(60_000_000, 0x20)),
      ),
      'is as deep as it likes': say(`${http('HTTP/1.1 200 OK', json, 'connection: close')}${'['.repeat(200_000)}`),
    },
  },
  'the server of an API': {
    kind: 'openapi',
    config: (port) => ({
      spec: documentOf({
        '/a': {
          get: {
            operationId: 'list',
            responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: {} } } } } },
          },
        },
      }),
      baseUrl: `http://127.0.0.1:${port}`,
      auth: { type: 'bearer' },
    }),
    credential: { token: secret },
    selection: { operation: 'list' },
    stages: {
      'at first': [''],
      'in a reply': ['', `${http('HTTP/1.1 200 OK', json, 'content-length: 900000000')}[{"a":`],
    },
    own: {
      'says two lengths': say(http('HTTP/1.1 200 OK', json, 'content-length: 5', 'content-length: 7'), '[1,2]'),
      'sends a bomb': say(
        http('HTTP/1.1 200 OK', json, 'content-encoding: gzip', 'connection: close'),
        gzipSync(Buffer.alloc(60_000_000, 0x20)),
      ),
      'is as deep as it likes': say(`${http('HTTP/1.1 200 OK', json, 'connection: close')}${'['.repeat(200_000)}`),
    },
  },
}

const deadlineMs = 1000

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
/** What is still held of memory: what sockets held goes at a later collection than they do. */
async function heldBytes(): Promise<number> {
  for (let turns = 0; turns < 3; turns++) {
    collect()
    await new Promise((go) => setTimeout(go, 100))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Uses a connector at a rogue, and says what is wrong with how that ended; undefined where nothing is. */
async function useAgainst(
  server: Server,
  stage: readonly (string | Buffer)[],
  turn: Rogue,
): Promise<string | undefined> {
  const rogue = await rogueServer(stage, turn, server.kind === 'openapi' && stage.length > 1)
  const kind = kinds.find(({ kind }) => kind === server.kind)!
  const egress = createEgress({ allow: parseAllow(`127.0.0.1:${rogue.port}`) })
  const said: unknown[] = []
  try {
    for (const use of ['check', 'browse'] as const) {
      const opened = await kind.open({
        config: kind.config.parse(server.config(rogue.port)),
        credential: new Secret(kind.credential.parse(server.credential)),
        egress,
        signal: AbortSignal.timeout(deadlineMs),
      })
      try {
        if (use === 'check') {
          const { stages } = await opened.check()
          if (server.kind !== 'openapi' && stages.every(({ ok }) => ok)) return 'the check finds nothing wrong'
          said.push(stages)
        } else if (server.selection !== undefined) {
          const extract = await opened.extract(kind.selection.parse(server.selection))
          if (extract.shape === 'rows') for await (const _ of extract.batches);
          return 'it is read'
        } else {
          await (opened.tables?.list({ limit: 1 }) ?? opened.objects?.list({ prefix: '', limit: 1 }))
          return 'it is listed'
        }
      } catch (thrown) {
        if (!(thrown instanceof Fault)) return `${String(thrown)} is thrown`
        said.push({ detail: thrown.detail, hint: thrown.hint })
      } finally {
        await opened.close()
      }
    }
    for (let tries = 0; tries < 500 && rogue.open() > 0; tries++) await new Promise((go) => setTimeout(go, 10))
    if (rogue.open() > 0) return 'a connection stays open'
    const text = JSON.stringify(said)
    if (/\\u00(0[0-8b-f]|1|7f|9)|script|owned|<b>/.test(text)) return `its words are passed on: ${text}`
    if (text.includes(secret)) return 'the credential is told'
    if (rogue.heard().includes(canaryText)) return 'it gets a file of this machine'
    return undefined
  } finally {
    rogue.stop()
  }
}

it.each(Object.keys(servers))(
  '%s that is a rogue, in twenty ways, ends in a fault, and gets nothing (T7, T15)',
  async (name) => {
    const server = servers[name]!
    const stages = Object.entries(server.stages)
    const cases = [
      ...stages.flatMap(([stage, polite]) =>
        Object.entries(rogues).map(([turn, run]) => ({ at: `${turn} ${stage}`, polite, run })),
      ),
      ...Object.entries(server.own).map(([at, run]) => ({
        at,
        polite: stages.at(name.startsWith('the') || name === 'ssh' ? 0 : -1)![1],
        run,
      })),
    ]
    expect(cases.length).toBeGreaterThanOrEqual(20)
    const before = await heldBytes()
    const wrong: string[] = []
    const left = [...cases]
    const work = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const found = await useAgainst(server, next.polite, next.run)
        if (found !== undefined) wrong.push(`${next.at}: ${found}`)
      }
    }
    const said = vi.spyOn(console, 'error').mockReturnValue()
    await Promise.all(Array.from({ length: 10 }, work))
    expect(wrong).toEqual([])
    // a driver that says each thing it does not know lets any server fill the log
    expect(said.mock.calls.length).toBeLessThan(100)
    said.mockRestore()
    expect((await heldBytes()) - before).toBeLessThan(32 << 20)
  },
  120_000,
)
