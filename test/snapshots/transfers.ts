import postgres from 'postgres'
import type { TestPostgres } from '../support/postgres.ts'

export const accounts = 4000
export const balance = 1000

/** A table of accounts, and sessions that move money between them for as long as they are not stopped. */
export async function makeAccounts(server: TestPostgres, table = 'accounts'): Promise<void> {
  await server.sql(`
    CREATE TABLE ${table} (id int PRIMARY KEY, balance int NOT NULL, filler text) WITH (fillfactor = 60);
    INSERT INTO ${table} SELECT n, ${balance}, repeat('x', 60) FROM generate_series(1, ${accounts}) n;
    ANALYZE ${table}`)
}

export function startTransfers(server: TestPostgres, { sessions = 3, tables = ['accounts'] } = {}) {
  const { host, port, database, writer } = server
  const sql = postgres({
    host,
    port,
    database,
    ...{ user: writer.user, password: writer.password },
    max: sessions,
    fetch_types: false,
  })
  let isOver = false
  let made = 0
  const move = async () => {
    while (!isOver) {
      const [from, to] = [0, 1].map(() => 1 + Math.floor(Math.random() * accounts))
      const [a, b] = [0, 1].map(() => tables[Math.floor(Math.random() * tables.length)]!)
      // two statements of one text are one transaction
      await sql
        .unsafe(`UPDATE ${a} SET balance = balance - 7 WHERE id = ${from};
          UPDATE ${b} SET balance = balance + 7 WHERE id = ${to}`)
        .catch(() => {})
      made++
    }
  }
  const moving = Array.from({ length: sessions }, move)
  return {
    made: () => made,
    async stop() {
      isOver = true
      await Promise.all(moving)
      await sql.end({ timeout: 1 })
    },
  }
}
