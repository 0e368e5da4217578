import { createConnection } from 'mysql2/promise'
import postgres from 'postgres'
import type { TestMariadb } from '../support/mariadb.ts'
import type { TestPostgres } from '../support/postgres.ts'
import type { LedgerAt } from './ledger-world.ts'

export const accounts = 4000
export const balance = 1000

export interface Transfers {
  /** How many were made. */
  made(): number
  stop(): Promise<void>
}

/** A server whose tables of accounts are copied while money is moved in them. */
export interface Bank {
  readonly at: Omit<LedgerAt, 'folder' | 'partitionBytes'>
  makeAccounts(table: string): Promise<void>
  startTransfers(tables: readonly string[]): Transfers
}

export const postgresBank = (server: TestPostgres): Bank => ({
  at: { port: server.port, ...server.reader },
  makeAccounts: (table) => makeAccounts(server, table),
  startTransfers: (tables) => startTransfers(server, { tables: [...tables] }),
})

export const mariadbBank = (server: TestMariadb): Bank => ({
  at: { kind: 'mysql', port: server.port, ...server.reader },
  async makeAccounts(table) {
    await server.sql(`
      CREATE TABLE ${table} (id int PRIMARY KEY, balance int NOT NULL, filler varchar(80)) ENGINE=InnoDB;
      INSERT INTO ${table} SELECT seq, ${balance}, REPEAT('x', 60) FROM seq_1_to_${accounts};
      ANALYZE TABLE ${table}`)
  },
  startTransfers(tables) {
    const { host, port, database, writer } = server
    return moving(
      3,
      async () => {
        const connection = await createConnection({ host, port, database, ...writer, multipleStatements: true })
        return {
          move: (a, from, b, to) =>
            connection
              .query(`START TRANSACTION; UPDATE ${a} SET balance = balance - 7 WHERE id = ${from};
              UPDATE ${b} SET balance = balance + 7 WHERE id = ${to}; COMMIT`)
              .catch(() => connection.query('ROLLBACK')),
          end: () => connection.end(),
        }
      },
      tables,
    )
  },
})

/** A table of accounts, and sessions that move money between them for as long as they are not stopped. */
export async function makeAccounts(server: TestPostgres, table = 'accounts'): Promise<void> {
  await server.sql(`
    CREATE TABLE ${table} (id int PRIMARY KEY, balance int NOT NULL, filler text) WITH (fillfactor = 60);
    INSERT INTO ${table} SELECT n, ${balance}, repeat('x', 60) FROM generate_series(1, ${accounts}) n;
    ANALYZE ${table}`)
}

export function startTransfers(
  server: TestPostgres,
  { sessions = 3, tables = ['accounts'] }: { sessions?: number; tables?: readonly string[] } = {},
): Transfers {
  const { host, port, database, writer } = server
  const { user, password } = writer
  return moving(
    sessions,
    async () => {
      const sql = postgres({ host, port, database, user, password, max: 1, fetch_types: false })
      return {
        // two statements of one text are one transaction
        move: (a, from, b, to) =>
          sql
            .unsafe(`UPDATE ${a} SET balance = balance - 7 WHERE id = ${from};
              UPDATE ${b} SET balance = balance + 7 WHERE id = ${to}`)
            .catch(() => {}),
        end: () => sql.end({ timeout: 1 }),
      }
    },
    tables,
  )
}

interface Mover {
  move(a: string, from: number, b: string, to: number): Promise<unknown>
  end(): Promise<unknown>
}

/** So many sessions that move money between accounts drawn by lot, until they are stopped. */
function moving(sessions: number, open: () => Promise<Mover>, tables: readonly string[]): Transfers {
  let isOver = false
  let made = 0
  const move = async () => {
    const mover = await open()
    while (!isOver) {
      const [from, to] = [0, 1].map(() => 1 + Math.floor(Math.random() * accounts)) as [number, number]
      const [a, b] = [0, 1].map(() => tables[Math.floor(Math.random() * tables.length)]!) as [string, string]
      await mover.move(a, from, b, to)
      made++
    }
    await mover.end()
  }
  const all = Array.from({ length: sessions }, move)
  return {
    made: () => made,
    async stop() {
      isOver = true
      await Promise.all(all)
    },
  }
}
