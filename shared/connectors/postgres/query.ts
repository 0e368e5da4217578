/**
 * One reading statement that a user wrote. What keeps it from more than reading, each layer alone nearly enough:
 * the login should be able to read and nothing else; the session is fresh and thrown away; only the extended
 * protocol is spoken, so a text is one statement; the transaction is READ ONLY and has its snapshot, so it cannot
 * be made a writing one; the text must be accepted alone, and as the query of a cursor, before it is run inside
 * `SELECT … FROM (<text>)`; and time is limited here as well as there.
 *
 * The text is parsed alone first, so that it holds no unclosed quote, comment or parenthesis: put between
 * parentheses on lines of their own it can then only be what it was, or a syntax error.
 */

import type { Field, Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Query } from '../kind.ts'
import { tooLarge } from '../sql/put.ts'
import { streamBatches } from '../sql/stream-batches.ts'
import { createDecoder } from './decoder.ts'
import type { Described } from './messages.ts'
import { toFaultOfUserSql } from './refusals.ts'
import { carryAll } from './resolve-table.ts'
import type { Session } from './session.ts'
import { rangeSql, type Share } from './share.ts'
import type { Carried } from './types.ts'

export async function runQuery(
  open: () => Promise<Session>,
  { sql, parameters = [], limit }: Query,
  bounds: { readonly cellBytes: number; readonly timeoutMs: number | undefined },
  share?: Share,
): Promise<Rows> {
  const text = sql.replace(/[;\s]+$/, '')
  const values = valuesOf(parameters)
  const session = await open()
  try {
    if (bounds.timeoutMs !== undefined) session.limitTime(bounds.timeoutMs)
    const described = await describe(session, text, values)
    const natives = await nativeNames(session, described)
    const schema = await carryAll(session, described, ({ name }, carried, i): Field & { carried: Carried } => ({
      name,
      type: carried.type,
      nullable: true,
      native: natives[i]!,
      carried,
    }))
    const columns = schema.map(({ carried }, i) => `c${i}${carried.cast}`).join(', ')
    const names = schema.map((_, i) => `c${i}`).join(', ')
    const end = limit === undefined ? '' : `\nLIMIT ${Math.trunc(limit)}`
    const bounded = [...values]
    const range = share && 'key' in share ? rangeSql(keyOf(schema, share.key), share, (b) => `$${bounded.push(b)}`) : ''
    const condition = range ? `\nWHERE ${range}` : ''
    const statement = `SELECT ${columns} FROM (\n${text}\n) q(${names})${condition}${end}`
    session.start({ sql: statement, parameters: bounded }, (column) => tooLarge(schema, column, bounds.cellBytes))
    const decoder = createDecoder(schema)
    const onRow = (bytes: Buffer, at: number): boolean => {
      decoder.take(bytes, at)
      return decoder.isFull()
    }
    const told = (error: unknown) => toFaultOfUserSql(error, text)
    const batches = await streamBatches(session, decoder, { onRow, told })
    return { schema: schema.map(({ carried: _, ...field }) => field), batches }
  } catch (error) {
    await session.close()
    throw toFaultOfUserSql(error, text)
  }
}

/** Values of a statement as the server's text. */
export const valuesOf = (parameters: Query['parameters'] = []): (string | null)[] =>
  parameters.map((value) => (value === null ? null : String(value)))

const keyOf = (schema: readonly Field[], key: string): string => `c${schema.findIndex(({ name }) => name === key)}`

/** What the text returns, after it has shown to be one reading statement. Faults: invalid-request, not-offered. */
export async function describe(
  session: Session,
  text: string,
  parameters: readonly (string | null)[],
): Promise<readonly Described[]> {
  const described = await session.describe({ sql: text })
  if (described === null)
    throw new Fault('invalid-request', 'The statement is not one that returns rows.', {
      hint: 'Use one SELECT, VALUES, TABLE or WITH statement.',
    })
  if (described.length === 0) throw new Fault('not-offered', 'The statement returns no columns.')
  await session.texts({ sql: `DECLARE headgate NO SCROLL CURSOR FOR\n${text}\n`, parameters })
  await session.texts({ sql: 'CLOSE headgate' })
  return described
}

async function nativeNames(session: Session, described: readonly Described[]): Promise<string[]> {
  const pairs = described.map(({ type, modifier }) => [String(type), String(modifier)])
  const [types, modifiers] = [0, 1].map((i) => `{${pairs.map((pair) => pair[i]).join(',')}}`) as [string, string]
  const rows = await session.texts({
    sql: 'SELECT format_type(t, m) FROM unnest($1::oid[], $2::int4[]) WITH ORDINALITY q(t, m, n) ORDER BY n',
    parameters: [types, modifiers],
  })
  return rows.map(([name]) => name!)
}
