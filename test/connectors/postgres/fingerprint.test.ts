import { beforeEach, describe, expect, it } from 'vitest'
import { open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'

const server = await testPostgres()

const randomOf = (seed: number) => () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
  return seed / 0x80000000
}

async function fingerprint(selection: object = { table: 'marks' }): Promise<string | null> {
  const connection = await open(server)
  try {
    return await connection.fingerprint(selection as never)
  } finally {
    await connection.close()
  }
}

beforeEach(async () => {
  await server.sql(`
    DROP TABLE IF EXISTS marks;
    CREATE TABLE marks (id int, f float8, t text, j json, at timestamptz, b bytea);
    INSERT INTO marks SELECT n, n / 7.0, 'text ' || n, '{"a":  1}', '2024-01-01', '\\x00' FROM generate_series(0, 200) n;
    GRANT SELECT ON marks TO reader`)
})

describe('the fingerprint of a table', () => {
  it('stays while the rows do, though they lie elsewhere', async () => {
    const before = await fingerprint()
    expect(await fingerprint()).toBe(before)
    await server.sql(`UPDATE marks SET t = t WHERE id % 3 = 0`)
    await server.sql(`CREATE INDEX ON marks (t); CLUSTER marks USING marks_t_idx`)
    expect(await fingerprint()).toBe(before)
  })

  it.each([
    [`UPDATE marks SET f = '-0' WHERE id = 0`],
    [`UPDATE marks SET f = f + 1e-15 WHERE id = 1`],
    [`UPDATE marks SET t = NULL WHERE id = 1`],
    [`UPDATE marks SET t = '' WHERE id = 1`],
    [`UPDATE marks SET t = t || ' ' WHERE id = 1`],
    [`UPDATE marks SET j = '{"a": 1}' WHERE id = 1`],
    [`UPDATE marks SET at = at + interval '1 microsecond' WHERE id = 1`],
    [`UPDATE marks SET b = '\\x0000' WHERE id = 1`],
    [`DELETE FROM marks WHERE id = 200`],
    [`INSERT INTO marks SELECT * FROM marks WHERE id = 7`],
    [`UPDATE marks a SET t = b.t FROM marks b WHERE a.id + b.id = 3 AND a.id < 3`],
    [`ALTER TABLE marks RENAME t TO u`],
    [`ALTER TABLE marks ADD extra int`],
    [`TRUNCATE marks`],
  ])('changes with %s', async (sql) => {
    const before = await fingerprint()
    await server.sql(sql)
    expect(await fingerprint()).not.toBe(before)
  })

  it('is that of the selection', async () => {
    const selection = { table: 'marks', columns: ['id', 't'], where: ['id', 'le', 100] }
    const before = await fingerprint(selection)
    await server.sql(`UPDATE marks SET f = 1; DELETE FROM marks WHERE id > 100`)
    expect(await fingerprint(selection)).toBe(before)
    await server.sql(`UPDATE marks SET t = 'x' WHERE id = 100`)
    expect(await fingerprint(selection)).not.toBe(before)
  })

  it('is never the same after a change, however the changes come', async () => {
    const random = randomOf(1)
    const connection = await open(server)
    const seen = new Set([await connection.fingerprint({ table: 'marks' } as never)])
    for (let n = 1; n <= 200; n++) {
      const id = 1 + Math.floor(random() * 200)
      await server.sql(
        random() < 0.5
          ? `UPDATE marks SET t = 'changed ${n}' WHERE id = (SELECT min(id) FROM marks WHERE id >= ${id % 100})`
          : `INSERT INTO marks (id, f) VALUES (${1000 + n}, ${random()})`,
      )
      seen.add(await connection.fingerprint({ table: 'marks' } as never))
      expect(seen.size).toBe(n + 1)
    }
    await connection.close()
  })

  it('is not told of a query, and a wrong operand is told', async () => {
    expect(await fingerprint({ sql: 'SELECT now()' })).toBeNull()
    await expect(fingerprint({ table: 'marks', where: ['id', 'eq', 'x'] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await expect(fingerprint({ table: 'none' })).rejects.toMatchObject({ code: 'not-found' })
  })
})
