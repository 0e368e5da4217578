import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { type OpenedMysql, open } from '../../support/open-mysql.ts'
import { type Shown, showRows } from '../../support/rows.ts'

const endless = 'SELECT a.seq FROM seq_1_to_1000000 a, seq_1_to_1000000 b'
const silent = `${endless} WHERE (a.seq * b.seq) % 5 = 9`

describeMariadb('sessions at MariaDB', { options: ['--max-allowed-packet=1G'] }, (server) => {
  const connections: OpenedMysql[] = []
  const opened = async (...args: Parameters<typeof open>) => {
    const connection = await open(...args)
    connections.push(connection)
    return connection
  }
  afterAll(() => Promise.all(connections.map((connection) => connection.close())))

  const sessions = async () =>
    Number((await server.sql(`SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = 'reader'`))[0]![0])
  const isQuiet = () => until(async () => (await sessions()) === 0)

  describe('a reading that is ended', () => {
    test.each([
      ['that has not given a row', 'SELECT SLEEP(600)'],
      ['that computes without end', silent],
      ['that gives rows without end', endless],
    ])('by its signal, %s, is killed at the server', async (_, sql) => {
      const abort = new AbortController()
      const egress = loopbackEgress()
      const connection = await opened(server, server.reader, { signal: abort.signal, egress })
      const run = (async () => {
        for await (const _ of (await connection.tables.query({ sql })).batches);
      })()
      const failed = expect(run).rejects.toMatchObject({ code: 'cancelled' })
      await until(async () => (await sessions()) > 0)
      await new Promise((go) => setTimeout(go, 100))
      abort.abort()
      await failed
      await isQuiet()
      // The kill went out by the same door, on a socket of its own, and none is left open.
      expect(egress.sockets.length).toBe(2)
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
    })

    test('while it logs in leaves nothing behind', async () => {
      const abort = new AbortController()
      const egress = loopbackEgress()
      const connection = await opened(server, server.reader, { signal: abort.signal, egress })
      const run = expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({ code: 'cancelled' })
      // The whole of it takes a few milliseconds.
      while (egress.sockets.length === 0) await new Promise((go) => setImmediate(go))
      abort.abort()
      await run
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
      await isQuiet()
    })

    test('by its reader, in the middle, is killed at the server', async () => {
      const egress = loopbackEgress()
      const connection = await opened(server, server.reader, { egress })
      for await (const batch of (await connection.tables.query({ sql: endless })).batches) {
        expect(batch.rows).toBeGreaterThan(0)
        break
      }
      await isQuiet()
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
    })

    test('at its end uses one connection and closes it in order', async () => {
      const egress = loopbackEgress()
      const connection = await opened(server, server.reader, { egress })
      await showRows(await connection.tables.query({ sql: 'SELECT 1' }))
      expect(egress.sockets.length).toBe(1)
      await isQuiet()
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
    })
  })

  describe('values of every size', () => {
    const lengths = [0, 1, 250, 251, 65_535, 65_536, 3_000_000, 16_777_200, 16_777_215, 16_777_216, 34_000_000]
    let connection: OpenedMysql
    beforeAll(async () => {
      await server.sql(`CREATE TABLE sizes (n int PRIMARY KEY, v longtext);
        ${lengths.map((length, i) => `INSERT INTO sizes VALUES (${i}, REPEAT('x', ${length}));`).join('')}`)
      connection = await opened(server)
    })

    test('arrive whole, those of several packets too', async () => {
      const order = [{ column: 'n', descending: false }]
      const { batches } = await connection.tables.read('sizes', { order })
      const found: number[] = []
      for await (const { rows, columns } of batches) {
        const column = columns[1]!
        if (column.layout !== 'bytes') throw new Error('Texts are bytes.')
        for (let row = 0; row < rows; row++) {
          const value = column.data.subarray(column.offsets[row]!, column.offsets[row + 1]!)
          expect(value.every((byte) => byte === 0x78)).toBe(true)
          found.push(value.length)
        }
      }
      expect(found).toEqual(lengths)
    })

    test('come in batches that are bounded by bytes', async () => {
      await server.sql(`CREATE TABLE wide AS SELECT seq AS n, REPEAT(MD5(seq), 3000) AS v FROM seq_1_to_200`)
      const { batches } = await connection.tables.read('wide', {})
      let rows = 0
      for await (const batch of batches) {
        const column = batch.columns[1]!
        if (column.layout === 'bytes') expect(column.offsets[batch.rows]).toBeLessThan(6 << 20)
        expect(batch.rows).toBeLessThan(100)
        rows += batch.rows
      }
      expect(rows).toBe(200)
    })

    test('are refused past the cap before they are read, with the name of the column', async () => {
      const egress = loopbackEgress()
      const bounds = { cellBytes: 1 << 20, queryTimeoutMs: 60_000 }
      const capped = await opened(server, server.reader, { egress, bounds })
      await expect(capped.tables.read('sizes', {}).then(showRows)).rejects.toMatchObject({
        code: 'too-large',
        detail: 'A value of column "v" is larger than the 1 MiB that a value may have.',
      })
      expect(egress.sockets[0]!.bytesRead).toBeLessThan(2_500_000)
      const huge = await opened(server, server.reader, { egress })
      const sql = `SELECT 1 AS small, REPEAT('x', 300000000) AS huge`
      await expect(huge.tables.query({ sql }).then(showRows)).rejects.toMatchObject({
        code: 'too-large',
        detail: expect.stringContaining('"huge"'),
      })
      expect(egress.sockets.at(-2)!.bytesRead).toBeLessThan(5_000_000)
      // Many values below the cap can still be a row above what is held at once.
      const many = `SELECT ${Array.from({ length: 6 }, (_, i) => `REPEAT('x', 900000) AS c${i}`).join(', ')}`
      await expect(capped.tables.query({ sql: many }).then(showRows)).rejects.toMatchObject({ code: 'too-large' })
      await isQuiet()
    })
  })

  describe('time', () => {
    test('is limited at the server and here', async () => {
      const bounds = { cellBytes: 1 << 20, queryTimeoutMs: 300 }
      const connection = await opened(server, server.reader, { bounds })
      for (const sql of [silent, endless])
        await expect(connection.tables.query({ sql }).then(drain)).rejects.toMatchObject({ code: 'source-timeout' })
      await isQuiet()
    })

    test('that somebody locks is told', async () => {
      await server.sql('CREATE TABLE locked (n int)')
      await server.sql('LOCK TABLES locked WRITE')
      try {
        const connection = await opened(server)
        await expect(connection.tables.read('locked', {})).rejects.toMatchObject({ code: 'source-timeout' })
      } finally {
        await server.sql('UNLOCK TABLES')
      }
    })
  })

  describe('a server that fails', () => {
    test('in the middle is told, and nothing crashes', async () => {
      const connection = await opened(server)
      const { batches } = await connection.tables.query({ sql: endless })
      const iterator = batches[Symbol.asyncIterator]()
      await iterator.next()
      const [[id]] = (await server.sql(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'reader'`)) as [
        [string],
      ]
      await server.sql(`KILL ${id}`)
      const rest = (async () => {
        while (!(await iterator.next()).done);
      })()
      await expect(rest).rejects.toMatchObject({ code: 'source-unreachable' })
    })

    test('for want of connections says so', async () => {
      await server.sql(`ALTER USER reader@'%' WITH MAX_USER_CONNECTIONS 1`)
      try {
        const first = await opened(server)
        const rows = await first.tables.query({ sql: endless })
        await expect((await opened(server)).tables.list({ limit: 1 })).rejects.toMatchObject({
          code: 'source-failed',
          hint: 'Try again later.',
        })
        await rows.batches[Symbol.asyncIterator]().return?.()
      } finally {
        await server.sql(`ALTER USER reader@'%' WITH MAX_USER_CONNECTIONS 0`)
      }
      await server.sql(`SELECT CONCAT('KILL ', ID) FROM information_schema.PROCESSLIST WHERE USER = 'reader'`)
    })

    test('for want of the database says so', async () => {
      const connection = await opened(server, server.superuser, { database: 'nosuch' })
      await expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({
        code: 'source-refused',
        detail: 'There is no such database on the server.',
      })
    })

    test('to change a table under its reader is told', async () => {
      await server.sql('CREATE TABLE changing (a int, b varchar(9)); INSERT INTO changing VALUES (1, 2)')
      const connection = await opened(server)
      const outcomes = new Set<string>()
      for (let run = 0; run < 30; run++) {
        const [type, value] = run % 2 ? ['int', '7'] : ['varchar(9)', '7']
        const [read] = await Promise.allSettled([
          connection.tables.read('changing', {}).then(showRows),
          server.sql(`ALTER TABLE changing MODIFY b ${type}`),
        ])
        if (read.status === 'rejected') expect(['source-changed', 'source-timeout']).toContain(read.reason.code)
        else expect((read.value as Shown[][])[0]![1]).toMatch(value === '7' ? /^[27]$/ : /./)
        outcomes.add(read.status)
      }
      expect(outcomes.size).toBeGreaterThan(0)
    })

    const greeting = greetingOf('11.4.2-MariaDB')
    const packet = (sequence: number, ...bytes: number[]) =>
      Buffer.from([bytes.length & 255, bytes.length >> 8, 0, sequence, ...bytes])
    const accepted = packet(2, 0, 0, 0, 2, 0, 0, 0)
    const done = packet(1, 0, 0, 0, 2, 0, 0, 0)
    /** What each says at first, and then to each thing that is said to it. */
    const rogues: Readonly<Record<string, readonly (Buffer | 'end' | 'reset')[]>> = {
      'hangs up at once': ['end'],
      'resets the connection': ['reset'],
      'speaks HTTP': [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'end'],
      'speaks SSH': [Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
      'greets with a message of 16 MiB': [Buffer.from([255, 255, 255, 0, 10, 0])],
      'sends noise': [Buffer.alloc(100_000, 0x7a), 'end'],
      'greets and hangs up': [greeting, 'end'],
      'greets and sends noise': [greeting, Buffer.alloc(1000, 0x7a)],
      'greets and asks for the password as it is': [
        greeting,
        packet(2, 0xfe, ...Buffer.from('mysql_clear_password\0'), 0),
      ],
      'greets and asks for an unknown way': [greeting, packet(2, 0xfe, ...Buffer.from('dialog\0'), 0)],
      'lets in and hangs up': [greeting, accepted, 'end'],
      'lets in and asks for a file': [
        greeting,
        accepted,
        done,
        done,
        packet(1, 0xfb, ...Buffer.from('/etc/passwd')),
        packet(1, 0xfb, ...Buffer.from('/etc/passwd')),
      ],
      'asks for a file at the first command': [greeting, accepted, packet(1, 0xfb, ...Buffer.from('/etc/passwd'))],
      'sends an empty packet': [greeting, accepted, packet(1)],
      'prepares a statement of too few bytes': [greeting, accepted, done, done, packet(1, 0, 1)],
      'describes columns of too few bytes': [
        greeting,
        accepted,
        done,
        done,
        Buffer.concat([packet(1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), packet(2, 1)]),
      ],
      'describes a column whose lengths lie': [
        greeting,
        accepted,
        done,
        done,
        Buffer.concat([
          packet(1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0),
          packet(2, ...Array.from({ length: 30 }, () => 0xfe)),
        ]),
      ],
    }
    test.each(Object.keys(rogues))('or that is none, and %s, is told without a hang', async (name) => {
      const heard: Buffer[] = []
      const listener = createServer((socket) => {
        const steps = [...rogues[name]!]
        const step = (target: Socket) => {
          const next = steps.shift()
          if (next === 'end') target.end()
          else if (next === 'reset') target.resetAndDestroy()
          else if (next) target.write(next)
          if (steps[0] === 'end' || steps[0] === 'reset') setTimeout(() => step(target), 20)
        }
        socket
          .on('error', () => {})
          .on('data', (chunk) => {
            heard.push(chunk)
            step(socket)
          })
        step(socket)
      }).listen(0, '127.0.0.1')
      await once(listener, 'listening')
      const { port } = listener.address() as { port: number }
      const egress = loopbackEgress()
      for (const tls of ['disable', 'prefer', 'require']) {
        const abort = new AbortController()
        const connection = await opened({ ...server, port }, server.reader, { tls, egress, signal: abort.signal })
        const timer = setTimeout(() => abort.abort(), 1000)
        const thrown = await connection.tables.list({ limit: 1 }).catch((error: unknown) => error)
        clearTimeout(timer)
        expect(thrown).toMatchObject({ name: 'Fault', code: expect.stringMatching(/^(source-|cancelled)/) })
        expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(server.reader.password)
        await connection.close()
      }
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
      const said = Buffer.concat(heard).toString('utf8')
      expect(said).not.toContain('root:')
      expect(said).not.toContain(server.reader.password)
      listener.close()
    })
  })
})

/** A greeting without TLS. (MySQL manual, "Protocol::HandshakeV10".) */
function greetingOf(version: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${version}\0`),
    Buffer.from([7, 0, 0, 0]),
    Buffer.from('abcdefgh\0'),
    Buffer.from([0x08, 0xa2, 45, 2, 0, 0x18, 0, 21]),
    Buffer.alloc(10),
    Buffer.from('ijklmnopqrst\0mysql_native_password\0'),
  ])
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])
}

async function drain({ batches }: { batches: AsyncIterable<unknown> }): Promise<void> {
  for await (const _ of batches);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return
    await new Promise((go) => setTimeout(go, 10))
  }
  throw new Error('It did not come about.')
}
