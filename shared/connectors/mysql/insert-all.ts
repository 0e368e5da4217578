import type { Rows } from '../../domain/batch.ts'
import { insertTexts } from './insert-text.ts'
import type { Session } from './session.ts'
import { quote } from './sql.ts'
import { toWriteFault } from './write-refusals.ts'
import type { Room } from './written-types.ts'

/** A statement grows to so many bytes, or to half of what the server takes. */
const statementBytes = 512 << 10

interface Inserts {
  /** Quoted. */
  readonly from: string
  readonly names: readonly string[]
  readonly rows: Rows
  readonly rooms: readonly (Room | undefined)[]
  /** So many rows came before these. */
  readonly before?: number
  /** After each statement. */
  readonly onStatement?: () => Promise<void>
}

/** Inserts all rows, by statements that the server takes. */
export async function insertAll(
  session: Session,
  { from, names, rows, rooms, before, onStatement }: Inserts,
): Promise<void> {
  const [[most] = []] = await session.texts('SELECT @@max_allowed_packet')
  const bytes = Math.min(statementBytes, Math.floor(Number(most) / 2))
  const begin = `INSERT INTO ${from} (${names.map(quote).join(', ')}) VALUES `
  for await (const { values, firstRow } of insertTexts(rows, { rooms, bytes, ...(before && { before }) })) {
    try {
      await session.command(begin + values)
    } catch (thrown) {
      throw toWriteFault(thrown, firstRow)
    }
    await onStatement?.()
  }
}

/** So many statements are one transaction, while nobody sees them. */
const statementsOfOne = 100

/** Inserts rows into a table that nobody sees, by transactions that the server has room for. */
export async function insertBeside(session: Session, inserts: Omit<Inserts, 'onStatement'>): Promise<void> {
  let statements = 0
  await session.command('START TRANSACTION')
  await insertAll(session, {
    ...inserts,
    async onStatement() {
      if (++statements % statementsOfOne !== 0) return
      await session.command('COMMIT')
      await session.command('START TRANSACTION')
    },
  })
  await session.command('COMMIT')
}
