/**
 * One reading statement that a user wrote. What keeps it from more than reading, each layer alone nearly enough:
 * the login should be able to read and nothing else; the session is fresh and thrown away; the text only ever goes
 * where one statement is prepared; the transaction is READ ONLY, and so is whatever transaction might follow it; the
 * text must be accepted alone, and then as a subquery; and time is limited here as well as there.
 *
 * READ ONLY alone would not do: changes of the schema commit it, and INTO OUTFILE and SET GLOBAL do not heed it. What
 * is accepted between the parentheses of a subquery is a query expression: no other statement, and no INTO. The text
 * is prepared alone first, so it holds no unclosed quote, comment or parenthesis, and can be nothing else between
 * them. Then the text itself is run, because a subquery's ORDER BY means nothing to the server.
 */

import type { Field, Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Query } from '../kind.ts'
import { tooLarge } from '../sql/put.ts'
import { type OnRow, streamBatches } from '../sql/stream-batches.ts'
import { createDecoder } from './decoder.ts'
import type { Greeting } from './greeting.ts'
import { nativeName } from './native-name.ts'
import { numberParameter } from './operand.ts'
import { doubleParameter, intParameter, nullParameter, type Parameter, textParameter } from './parameters.ts'
import { toFaultOfUserSql } from './refusals.ts'
import type { Session } from './session.ts'
import { type Carried, carry } from './types.ts'
import type { Prepared } from './wire.ts'

export async function runQuery(
  open: () => Promise<Session>,
  { sql, parameters = [], limit }: Query,
  bounds: { readonly cellBytes: number; readonly timeoutMs: number | undefined },
): Promise<Rows> {
  const text = sql.replace(/[;\s]+$/, '')
  const session = await open()
  try {
    if (bounds.timeoutMs !== undefined) await session.limitTime(bounds.timeoutMs)
    const prepared = await prepareReading(session, text)
    if (prepared.parameters !== parameters.length)
      throw new Fault(
        'invalid-request',
        `The statement has ${prepared.parameters} parameters, and ${parameters.length} values were given.`,
      )
    let schema: readonly (Field & { readonly carried: Carried })[] = []
    const columns = await session.start(prepared, parameters.map(parameterOf), (column) =>
      tooLarge(schema, column, bounds.cellBytes),
    )
    schema = (columns ?? []).map((column) => {
      const carried = carry(column)
      return { name: column.name, type: carried.type, nullable: true, native: nativeName(column), carried }
    })
    const decoder = createDecoder(schema)
    let left = limit ?? Number.POSITIVE_INFINITY
    const onRow: OnRow = (bytes, at) => {
      if (left > 0) decoder.take(bytes, at)
      left--
      return decoder.isFull() || left <= 0
    }
    const batches = await streamBatches(
      limited(session, () => left <= 0),
      decoder,
      { onRow, told: toFaultOfUserSql },
    )
    return { schema: schema.map(({ carried: _, ...field }) => field), batches }
  } catch (error) {
    await session.close()
    throw toFaultOfUserSql(error)
  }
}

/** The text, prepared alone, after it has shown to be one reading statement. Fault invalid-request. */
async function prepareReading(session: Session, text: string): Promise<Prepared> {
  const prepared = await session.prepare(text)
  if (prepared.columns.length === 0)
    throw new Fault('invalid-request', 'The statement is not one that returns rows.', {
      hint: 'Use one SELECT, VALUES, TABLE or WITH statement.',
    })
  await session.prepare(asSubquery(text, prepared.columns.length, session.server)).catch((error: unknown) => {
    const told = toFaultOfUserSql(error)
    throw told instanceof Fault && told.code === 'invalid-request'
      ? new Fault('source-refused', 'The statement does more than read, or cannot stand as a subquery.', {
          hint: 'Use one SELECT, VALUES, TABLE or WITH statement, without INTO.',
          cause: error,
        })
      : told
  })
  return prepared
}

/** With names of our own for its columns, which in a subquery must all be different; older servers cannot do that. */
function asSubquery(text: string, columns: number, { version, isMariadb }: Greeting): string {
  const isOld = !isMariadb && /^5\./.test(version)
  if (isOld) return `SELECT * FROM (\n${text}\n) q`
  const names = Array.from({ length: columns }, (_, i) => `c${i}`).join(', ')
  return `WITH q(${names}) AS (\n${text}\n) SELECT * FROM q`
}

function parameterOf(value: string | number | boolean | null): Parameter {
  if (value === null) return nullParameter
  if (typeof value === 'boolean') return intParameter(value ? 1n : 0n)
  if (typeof value === 'number') return numberParameter(String(value)) ?? doubleParameter(value)
  return textParameter(value)
}

/** A session whose statement is over as soon as enough rows have come. */
const limited = (session: Session, isEnough: () => boolean) => ({
  async pump(onRow: OnRow) {
    return isEnough() || (await session.pump(onRow)) || isEnough()
  },
  close: () => session.close(),
})
