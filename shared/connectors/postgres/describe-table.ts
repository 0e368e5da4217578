import type { TableDescription } from '../kind.ts'
import { infoColumns, tableInfo } from './list-tables.ts'
import { resolveTable } from './resolve-table.ts'
import type { Session } from './session.ts'

/** Fault not-found. */
export async function describeTable(open: () => Promise<Session>, table: string): Promise<TableDescription> {
  const session = await open()
  try {
    const { oid, columns, numbers, primaryKey, uniqueKeys } = await resolveTable(session, table)
    const parameters = [oid]
    const comments = await session.texts({ sql: commentsSql, types: [26], parameters })
    const [info] = await session.texts({ sql: infoSql, types: [26], parameters })
    const byNumber = new Map(comments.map(([number, comment]) => [Number(number), comment]))
    return {
      ...tableInfo(info!),
      columns: columns.map(({ name, type, nullable, native }) => ({ name, type, nullable, native })),
      comments: numbers.map((number) => byNumber.get(number) ?? null),
      primaryKey,
      uniqueKeys,
    }
  } finally {
    await session.close()
  }
}

const commentsSql = `
  SELECT objsubid, description FROM pg_description
  WHERE classoid = 'pg_class'::regclass AND objoid = $1 AND objsubid > 0`

const infoSql = `
  SELECT ${infoColumns(true)} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1`
