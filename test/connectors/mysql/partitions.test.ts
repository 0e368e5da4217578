import { beforeAll, expect, it } from 'vitest'
import { Selection } from '../../../shared/connectors/mysql/config.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { open as openAt } from '../../support/open-mysql.ts'
import { showRows } from '../../support/rows.ts'

describeMariadb('extractions in partitions', (server) => {
  const open = (wholeBytes: number) =>
    openAt(server, server.reader, { bounds: { cellBytes: 1 << 20, queryTimeoutMs: 60_000, wholeBytes } })

  beforeAll(async () => {
    await server.sql(`
      CREATE TABLE keyed (id bigint PRIMARY KEY, other int, text varchar(40));
      INSERT INTO keyed SELECT CAST(seq AS SIGNED) * 3 - 9000, IF(seq % 5 = 0, NULL, seq % 1000), MD5(seq) FROM seq_1_to_5000;
      CREATE TABLE texts (id varchar(40) PRIMARY KEY) SELECT MD5(seq) AS id FROM seq_1_to_5000;
      ANALYZE TABLE keyed, texts`)
  })

  /** The rows of the partitions together, in no order, and how many partitions there were. */
  async function readParts(selection: Selection, wholeBytes = 50_000) {
    const connection = await open(wholeBytes)
    try {
      const partitions = await connection.plan(selection)
      const rows: string[] = []
      for (const partition of partitions)
        rows.push(...(await showRows(await connection.extract(selection, partition))).map((row) => JSON.stringify(row)))
      return { count: partitions.length, rows: rows.sort() }
    } finally {
      await connection.close()
    }
  }

  it.each<[string, Selection]>([
    ['the primary key', { table: 'keyed' }],
    ['the primary key, with a filter', { table: 'keyed', where: ['text', 'lt', '8'] }],
    ['a named key that is null at times', { table: 'keyed', key: 'other' }],
  ])('by ranges of %s have the rows of the whole', async (_, selection) => {
    const { count, rows } = await readParts(selection)
    expect(count).toBeGreaterThan(10)
    expect(rows).toEqual((await readParts(selection, 2 ** 40)).rows)
    expect(rows.length).toBeGreaterThan(1000)
  })

  it('are made only of what is too large for one worker, and has a key of whole numbers', async () => {
    expect((await readParts({ table: 'keyed' }, 2 ** 40)).count).toBe(1)
    expect((await readParts({ table: 'texts' })).count).toBe(1)
    expect((await readParts(Selection.parse({ sql: 'SELECT * FROM keyed' }))).count).toBe(1)
  })
})
