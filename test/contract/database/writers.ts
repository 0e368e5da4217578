import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Rows } from '../../../shared/domain/batch.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import type { Gathered, Gathering, TableMode, TableWriter } from '../../../shared/domain/writer.ts'
import { gate } from '../../snapshots/lab-world.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import type { Login } from '../../support/open-database.ts'
import { showRows } from '../../support/rows.ts'
import { failingAfter, goOn, numberedRows } from '../../support/write-rows.ts'
import { type DatabaseWorld, type OpenedDatabase, opening, until } from './world.ts'

export interface WriterSql {
  /** Makes a table the writer's own. */
  readonly own: (table: string) => string
  /** Makes a login `adder` with the writer's password that may add rows to `narrow_adding`, and make no table. */
  readonly adder: (password: string) => string
}

/** Opens the writer of the world's kind. */
export const writerOf =
  ({ kind, server }: DatabaseWorld) =>
  async (login: Login = server.writer, signal = new AbortController().signal): Promise<TableWriter> => {
    const { host, port, database } = server
    const writer = await kind.writing!.open({
      config: kind.config.parse({ host, port, database, user: login.user }),
      credential: new Secret({ password: login.password }),
      egress: loopbackEgress(),
      signal,
    })
    return writer as TableWriter
  }

export const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )

const rows = 5000

/** What every database that is written to has to keep, at a real server. */
export function describeTableWriter(world: DatabaseWorld, { own, adder }: WriterSql): void {
  const { server } = world
  const sql = world.sql
  const opened = opening(world)
  const openWriter = writerOf(world)
  let reader: OpenedDatabase
  beforeAll(async () => {
    reader = await opened(server, server.superuser)
  })

  const seen = async (table: string) => (await showRows(await reader.tables.read(table, {}))).map(String).sort()
  const numbered = async (begin: number, end: number) => (await showRows(numberedRows(begin, end))).map(String).sort()
  const besides = async () => (await reader.tables.list({ search: 'headgate', limit: 9 })).items.map(({ name }) => name)
  const made = async (table: string, columns: string) => {
    await sql(`CREATE TABLE ${table} (${columns})`)
    const statement = own(table)
    if (statement !== '') await sql(statement)
  }
  const write = async (table: string, given: Rows, mode: TableMode, { ready = goOn, login = server.writer } = {}) => {
    const writer = await openWriter(login)
    try {
      await writer.put(table, given, { mode, ready })
    } finally {
      await writer.close()
    }
  }

  describe('P19 a table that is replaced', () => {
    test('is there before, and the new one after, and nothing beside', async () => {
      await made('prices', 'old int')
      await sql('INSERT INTO prices VALUES (1), (2)')
      let isReady = false
      const ready = async () => {
        isReady = true
      }
      const given = numberedRows(0, rows)
      const batches = (async function* () {
        for await (const batch of given.batches) {
          expect(await seen('prices')).toEqual(['1', '2'])
          yield batch
        }
      })()
      await write('prices', { ...given, batches }, 'replace', { ready })
      expect(isReady).toBe(true)
      expect(await seen('prices')).toEqual(await numbered(0, rows))
      expect(await besides()).toEqual([])
    })

    test.each([
      ['a failure of what is read', 'rows'],
      ['a refusal at the last step', 'ready'],
    ])('after %s is the old one, with nothing beside it', async (_, at) => {
      await made(`kept_${at}`, 'old int')
      await sql(`INSERT INTO kept_${at} VALUES (7)`)
      const failure = new Error('broken off')
      const given = at === 'rows' ? failingAfter(numberedRows(0, rows), failure) : numberedRows(0, rows)
      const ready = at === 'ready' ? () => Promise.reject(failure) : goOn
      expect(await refusal(write(`kept_${at}`, given, 'replace', { ready }))).toBe(failure)
      expect(await seen(`kept_${at}`)).toEqual(['7'])
      expect(await besides()).toEqual([])
    })

    test('is no view, and the login may write', async () => {
      await sql('CREATE VIEW shows AS SELECT 1 AS a')
      expect(await refusal(write('shows', numberedRows(0, 1), 'replace'))).toMatchObject({ code: 'invalid-request' })
      const thrown = await refusal(write('forbidden', numberedRows(0, 1), 'replace', { login: server.reader }))
      expect(thrown).toMatchObject({ code: 'source-refused' })
      expect(await refusal(seen('forbidden'))).toMatchObject({ code: 'not-found' })
    })
  })

  describe('P19 a table that rows are added to', () => {
    test('has its columns matched by name, and others that may be empty', async () => {
      await made('target', `extra varchar(3) DEFAULT 'x', v varchar(20), n bigint`)
      await write('target', numberedRows(0, 3), 'append')
      expect(await seen('target')).toEqual(['x,text 0,0', 'x,text 1,1', 'x,text 2,2'])
    })

    test('has columns that fit, which is known before any row is read', async () => {
      await made('narrow', 'n smallint, v real')
      let isRead = false
      const batches = (async function* () {
        isRead = true
      })()
      const { schema } = numberedRows(0, 0)
      const unfit = await refusal(write('narrow', { schema, batches }, 'append'))
      expect(unfit).toMatchObject({ code: 'invalid-request' })
      expect((unfit as Error).message).toMatch(
        /Columns do not fit the table: .*"v" \(utf8\) cannot be kept exactly as /,
      )
      expect(await refusal(write('absent', { schema, batches }, 'append'))).toMatchObject({ code: 'not-found' })
      expect(isRead).toBe(false)
    })

    test('gets nothing where one row does not fit, and it is told which', async () => {
      await made('small', 'n int, v varchar(8)')
      const cut = await refusal(write('small', numberedRows(0, rows), 'append'))
      expect(cut).toMatchObject({ code: 'value-not-representable' })
      expect((cut as Error).message).toContain('Row 1001, column "v"')
      await made('checked', 'n int CHECK (n <> 4000), v varchar(20)')
      expect(await refusal(write('checked', numberedRows(0, rows), 'append'))).toMatchObject({ code: 'conflict' })
      expect([await seen('small'), await seen('checked')]).toEqual([[], []])
    })

    test('gets nothing where that is aborted in the middle', async () => {
      await made('aborted', 'n int, v varchar(20)')
      const abort = new AbortController()
      const writer = await openWriter(server.writer, abort.signal)
      const { schema, batches } = numberedRows(0, 100_000)
      const slow = (async function* () {
        for await (const batch of batches) {
          yield batch
          abort.abort()
        }
      })()
      const thrown = await refusal(writer.put('aborted', { schema, batches: slow }, { mode: 'append', ready: goOn }))
      expect(thrown).toMatchObject({ code: 'cancelled' })
      await writer.close()
      expect(await seen('aborted')).toEqual([])
    })
  })

  describe('P20 rows that are gathered', () => {
    const open: TableWriter[] = []
    afterAll(() => Promise.all(open.map((writer) => writer.close())))
    /** What a worker has: a writer of its own, and the gathering. */
    const worker = async (more: Partial<Gathering>, login?: Login) => {
      const writer = await openWriter(login)
      open.push(writer)
      const { gatherer } = writer
      const gathering: Gathering = {
        id: randomBytes(13).toString('hex'),
        table: 'gathered',
        mode: 'replace',
        schema: numberedRows(0, 0).schema,
        rows,
        mayBeShown: false,
        ...more,
      }
      return {
        gathering,
        close: () => writer.close(),
        begin: async (keep = goOn) => (await gatherer.begin(gathering, keep))!,
        add: (to: Gathered, end: number) => gatherer.add(to, gathering, numberedRows(to.rows, end)),
        addRows: (to: Gathered, given: Rows) => gatherer.add(to, gathering, given),
        show: (gathered: Gathered, ready = goOn) => gatherer.show(gathered, gathering, { ready }),
        discard: () => gatherer.discard(gathering.id),
      }
    }
    const modes = ['replace', 'append'] as const
    const target = async (mode: TableMode) => {
      const table = `gathered_${mode}_${randomBytes(3).toString('hex')}`
      await made(table, 'n int PRIMARY KEY, v varchar(20) NOT NULL, extra int')
      await sql(`INSERT INTO ${table} VALUES (-1, 'old', NULL)`)
      return table
    }
    const old = ['-1,old,']
    const added = async () => [...old, ...(await numbered(0, rows)).map((row) => `${row},`)].sort()
    const whole = async (mode: TableMode) => (mode === 'replace' ? await numbered(0, rows) : await added())

    test.each(modes)('by one worker after another are shown by one step: %s', async (mode) => {
      const table = await target(mode)
      const first = await worker({ table, mode })
      let kept = 0
      const begun = await first.begin(async () => {
        kept++
        expect(await besides()).toEqual([])
      })
      expect([kept, begun.rows, begun.isShown]).toEqual([1, 0, false])
      await first.add(await first.add(begun, 2000), 3000)
      await first.close()
      expect(await seen(table)).toEqual(old)
      const next = await worker(first.gathering)
      const found = await next.begin()
      expect([found.rows, found.isShown]).toEqual([3000, false])
      const all = await next.add(found, rows)
      const failure = new Error('told no')
      expect(await refusal(next.show(all, () => Promise.reject(failure)))).toBe(failure)
      expect(await seen(table)).toEqual(old)
      await next.close()
      const last = await worker(first.gathering)
      await last.show(await last.begin())
      expect(await seen(table)).toEqual(await whole(mode))
      await last.discard()
      expect(await besides()).toEqual([])
    })

    test.each(modes)('cannot be added to, or shown, by who was taken over: %s', async (mode) => {
      const table = await target(mode)
      const dead = await worker({ table, mode })
      const before = await dead.add(await dead.begin(), 1000)
      const hold = gate()
      let isHeld = false
      const { schema, batches } = numberedRows(1000, 3000)
      const paused = (async function* () {
        yield* batches
        isHeld = true
        await hold.opened
      })()
      const adding = refusal(dead.addRows(before, { schema, batches: paused }))
      await until(async () => isHeld)
      const next = await worker(dead.gathering)
      const found = await next.begin()
      expect(found.rows).toBe(1000)
      const all = await next.add(found, rows)
      hold.open()
      const isRefused = { code: expect.stringMatching(/^(conflict|source-.*)$/) }
      expect(await adding).toMatchObject(isRefused)
      expect(await refusal(dead.add(before, 2000))).toMatchObject(isRefused)
      expect(await refusal(dead.show(before))).toMatchObject(isRefused)
      await next.show(all)
      expect(await seen(table)).toEqual(await whole(mode))
      await next.discard()
    })

    test.each(modes)('and shown by who died then are not shown again: %s', async (mode) => {
      const table = await target(mode)
      const first = await worker({ table, mode })
      await first.show(await first.add(await first.begin(), rows))
      await first.close()
      const next = await worker({ ...first.gathering, mayBeShown: true })
      const found = await next.begin()
      expect([found.rows, found.isShown]).toEqual([rows, true])
      await next.discard()
      await next.discard()
      expect(await seen(table)).toEqual(await whole(mode))
      expect(await besides()).toEqual([])
    })

    test.each(modes)('and given up leave nothing, whoever was at it: %s', async (mode) => {
      const table = await target(mode)
      const first = await worker({ table, mode })
      await first.add(await first.begin(), 1000)
      expect(await besides()).toHaveLength(1)
      const other = await worker(first.gathering)
      await other.discard()
      expect(await besides()).toEqual([])
      expect(await seen(table)).toEqual(old)
    })

    test('fail at a row that breaks a rule, and the table has none of them', async () => {
      const table = await target('append')
      await sql(`INSERT INTO ${table} VALUES (4000, 'taken', NULL)`)
      const first = await worker({ table, mode: 'append' })
      const all = await first.add(await first.begin(), rows)
      expect(await refusal(first.show(all))).toMatchObject({ code: 'conflict' })
      await first.close()
      const next = await worker(first.gathering)
      await next.discard()
      expect(await seen(table)).toHaveLength(2)
    })

    test('need the right to make tables', async () => {
      await made('narrow_adding', 'n int, v varchar(20)')
      await sql(adder(server.writer.password))
      const login = { user: 'adder', password: server.writer.password }
      const first = await worker({ table: 'narrow_adding', mode: 'append' }, login)
      expect(await first.begin()).toBe(undefined)
      await write('narrow_adding', numberedRows(0, 2), 'append', { login })
      expect(await seen('narrow_adding')).toEqual(['0,text 0', '1,text 1'])
    })

    test('tell the row that does not fit, counted from the first of all', async () => {
      await sql(`CREATE TABLE short_texts (n int, v varchar(8))`)
      const first = await worker({ table: 'short_texts', mode: 'append' })
      const kept = await first.add(await first.begin(), 900)
      const thrown = await refusal(first.add(kept, 2000))
      expect((thrown as Error).message).toContain('Row 1001, column "v"')
      await first.close()
      await (await worker(first.gathering)).discard()
      expect(await besides()).toEqual([])
    })
  })
}
