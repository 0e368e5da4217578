import type { Socket } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeRogues } from '../../contract/database/rogues.ts'
import { describeSessions } from '../../contract/database/sessions.ts'
import { type OpenedDatabase, opening, until } from '../../contract/database/world.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { type Shown, showRows } from '../../support/rows.ts'

const endless = 'SELECT a.seq FROM seq_1_to_1000000 a, seq_1_to_1000000 b'
const silent = `${endless} WHERE (a.seq * b.seq) % 5 = 9`

describeMariadb('sessions at MariaDB', { options: ['--max-allowed-packet=1G'] }, (server) => {
  const world = mysqlWorld(server)
  const opened = opening(world)

  const insert = (table: string, lengths: readonly number[]) =>
    `CREATE TABLE ${table} (n int PRIMARY KEY, v longtext);
    ${lengths.map((length, i) => `INSERT INTO ${table} VALUES (${i + 1}, REPEAT('x', ${length}));`).join('')}`
  describeSessions(world, {
    sleeping: 'SELECT SLEEP(600)',
    silent,
    endless,
    sizes: (lengths) => insert('sizes', lengths),
    wide: 'CREATE TABLE wide AS SELECT seq AS n, REPEAT(MD5(seq), 3000) AS v FROM seq_1_to_200',
    huge: `SELECT 1 AS small, REPEAT('x', 100000000) AS huge`,
    textOf: (length) => `REPEAT('x', ${length})`,
    limitSessions: (count) => `ALTER USER reader@'%' WITH MAX_USER_CONNECTIONS ${count ?? 0}`,
  })

  describe('values of every size', () => {
    const lengths = [0, 1, 250, 251, 65_535, 65_536, 3_000_000, 16_777_200, 16_777_215, 16_777_216, 34_000_000]
    let connection: OpenedDatabase
    beforeAll(async () => {
      await server.sql(insert('packets', lengths))
      connection = await opened(server)
    })

    test('arrive whole, those of several packets too', async () => {
      const order = [{ column: 'n', descending: false }]
      const { batches } = await connection.tables.read('packets', { order })
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
  })

  describe('time', () => {
    test('is limited at the server and here', async () => {
      const bounds = { cellBytes: 1 << 20, queryTimeoutMs: 300 }
      const connection = await opened(server, server.reader, { bounds })
      for (const sql of [silent, endless])
        await expect(connection.tables.query({ sql }).then(drain)).rejects.toMatchObject({ code: 'source-timeout' })
      await until(async () => (await world.sessions()) === 0)
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
    const said: Readonly<Record<string, readonly (Buffer | 'end' | 'reset')[]>> = {
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
    describeRogues(
      world,
      Object.fromEntries(
        Object.entries(said).map(([name, all]) => [
          name,
          {
            speak(socket: Socket) {
              const steps = [...all]
              const step = () => {
                const next = steps.shift()
                if (next === 'end') socket.end()
                else if (next === 'reset') socket.resetAndDestroy()
                else if (next) socket.write(next)
                if (steps[0] === 'end' || steps[0] === 'reset') setTimeout(step, 20)
              }
              socket.on('data', step)
              step()
            },
          },
        ]),
      ),
    )
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
