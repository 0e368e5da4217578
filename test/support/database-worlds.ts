import mysql from '../../shared/connectors/mysql/kind.ts'
import postgres from '../../shared/connectors/postgres/kind.ts'
import type { DatabaseWorld } from '../contract/database/world.ts'
import type { TestMariadb } from './mariadb.ts'
import { open as openMysql } from './open-mysql.ts'
import { open as openPostgres } from './open-postgres.ts'
import type { TestPostgres } from './postgres.ts'

export const postgresWorld = (server: TestPostgres): DatabaseWorld => ({
  kind: postgres,
  server,
  open: openPostgres,
  sql: server.sql,
  async sessions() {
    const [row] = await server.sql(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'reader'`)
    return row!.n as number
  },
  async endSessions() {
    await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'`)
  },
})

export const mysqlWorld = (server: TestMariadb): DatabaseWorld => ({
  kind: mysql,
  server,
  open: openMysql,
  sql: server.sql,
  async sessions() {
    const [row] = await server.sql(`SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = 'reader'`)
    return Number(row![0])
  },
  async endSessions() {
    const rows = await server.sql(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'reader'`)
    for (const [id] of rows) await server.sql(`KILL ${id}`)
  },
})
