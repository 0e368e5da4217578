import { Fault } from '../../domain/faults.ts'
import type { Gathered, Gatherer, Gathering } from '../../domain/writer.ts'
import { findTarget, type Target } from './find-target.ts'
import { insertBeside } from './insert-all.ts'
import { definitionsOf, findPlace } from './replace-table.ts'
import type { Session } from './session.ts'
import { qualify, quote } from './sql.ts'
import { toWriteFault } from './write-refusals.ts'

/** The session that has the lock, and the table that it gathers in. */
interface Beside extends Target {
  readonly session: Session
}

const besideOf = ({ at }: Gathered): Beside => at as Beside

/** For whose session to end the server is waited for, seconds. */
const lockSeconds = 10

/**
 * Gathers rows in a table of their own, in the order in which they come: what is there are the first ones. Who is at it has
 * a lock of the server; who takes over has the server end the session that has it.
 */
export function mysqlGatherer(open: () => Promise<Session>, database: string | undefined): Gatherer {
  const told = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (thrown) {
      throw toWriteFault(thrown)
    }
  }
  return {
    begin: (gathering, keep) =>
      told(async () => {
        const session = await open()
        await takeOver(session, gathering.id)
        return await begin(session, database, gathering, keep)
      }),
    add: (to, { schema }, rows) =>
      told(async () => {
        const { session, ...beside } = besideOf(to)
        let added = 0
        const batches = (async function* () {
          for await (const batch of rows.batches) {
            added += batch.rows
            yield batch
          }
        })()
        await insertBeside(session, { ...beside, rows: { schema, batches }, before: to.rows })
        return { ...to, rows: to.rows + added }
      }),
    show: (gathered, gathering, { ready }) =>
      told(async () => {
        const { session, from: beside } = besideOf(gathered)
        if (gathering.mode === 'append') return await addAll(session, beside, { database, gathering, ready })
        const { database: schema, name, isThere } = await findPlace(session, database, gathering.table)
        const target = qualify(schema, name)
        const away = isThere ? `${target} TO ${qualify(schema, goneOf(gathering.id))}, ` : ''
        await ready()
        await session.command(`RENAME TABLE ${away}${beside} TO ${target}`)
      }),
    discard: (id) =>
      told(async () => {
        const session = await open()
        await takeOver(session, id)
        for (const name of [nameOf(id), goneOf(id)]) {
          const found = await find(session, name)
          if (found !== undefined) await session.command(`DROP TABLE IF EXISTS ${qualify(found, name)}`)
        }
        await session.close()
      }),
  }
}

async function begin(
  session: Session,
  database: string | undefined,
  gathering: Gathering,
  keep: () => Promise<void>,
): Promise<Gathered | undefined> {
  const { id, schema, mode, rows, mayBeShown } = gathering
  const made =
    mode === 'append' ? await likeTarget(session, database, gathering) : await likeRows(session, database, gathering)
  const found = await find(session, nameOf(id))
  if (found === undefined && mayBeShown) return { rows, isShown: true, at: undefined }
  const from = qualify(found ?? made.database, nameOf(id))
  const at: Beside = { session, ...made, from, names: schema.map(({ name }) => name) }
  if (found !== undefined) {
    const [[there] = []] = await session.texts(`SELECT count(*) FROM ${from}`)
    // the transaction that adds them takes one away here
    const isShown = mayBeShown && mode === 'append' && Number(there) < rows
    return { rows: isShown ? rows : Number(there), isShown, at }
  }
  await keep()
  try {
    await session.command(`CREATE TABLE ${from} ${made.as}`)
  } catch (thrown) {
    const fault = toWriteFault(thrown)
    if (mode === 'append' && fault instanceof Fault && fault.code === 'source-refused') return undefined
    throw fault
  }
  return { rows: 0, isShown: false, at }
}

type Made = Omit<Target, 'from'> & { readonly as: string }

async function likeTarget(session: Session, database: string | undefined, { table, schema }: Gathering): Promise<Made> {
  const target = await findTarget(session, database, { table, schema })
  return { ...target, as: `LIKE ${target.from}` }
}

async function likeRows(session: Session, database: string | undefined, { table, schema }: Gathering): Promise<Made> {
  const as = definitionsOf(schema, session.server)
  return { database: (await findPlace(session, database, table)).database, names: [], rooms: [], as }
}

interface Adding {
  readonly database: string | undefined
  readonly gathering: Gathering
  readonly ready: () => Promise<void>
}

/** One row fewer beside says that they were added. */
async function addAll(session: Session, beside: string, { database, gathering, ready }: Adding): Promise<void> {
  const { from, names } = await findTarget(session, database, gathering)
  const columns = names.map(quote).join(', ')
  await session.command('START TRANSACTION')
  await session.command(`INSERT INTO ${from} (${columns}) SELECT ${columns} FROM ${beside}`)
  await session.command(`DELETE FROM ${beside} LIMIT 1`)
  await ready()
  await session.command('COMMIT')
}

const nameOf = (id: string): string => `headgate_${id}`
/** What a table is called whose place was taken, until it is removed. */
const goneOf = (id: string): string => `${nameOf(id)}_old`

/** The database of a table of that name. */
async function find(session: Session, name: string): Promise<string | undefined> {
  const [row] = await session.texts('SELECT TABLE_SCHEMA FROM information_schema.TABLES WHERE TABLE_NAME = ?', [name])
  return row?.[0] ?? undefined
}

/** Takes the lock; who has it may be dead without the server knowing it yet. */
async function takeOver(session: Session, id: string): Promise<void> {
  const name = nameOf(id)
  const [[holder] = []] = await session.texts('SELECT IS_USED_LOCK(?)', [name])
  if (holder) await session.command(`KILL ${Number(holder)}`)
  const [[isMine] = []] = await session.texts(`SELECT GET_LOCK(?, ${lockSeconds})`, [name])
  if (isMine !== '1') throw new Fault('busy', 'Another worker is at this export.')
}
