import type { Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Gathered, Gatherer, Gathering } from '../../domain/writer.ts'
import { matchColumns } from '../sql/written-columns.ts'
import { copyText } from './copy-text.ts'
import { ServerError } from './refusals.ts'
import { definitionsOf, findPlace, takePlace } from './replace-table.ts'
import { resolveTable } from './resolve-table.ts'
import type { Session } from './session.ts'
import { qualify, quote } from './sql.ts'
import { toWriteFault } from './write-refusals.ts'
import { charactersOf, refusalOf } from './written-types.ts'

/** Where rows are gathered, quoted, and how long the texts of each column may be. */
interface Beside {
  readonly table: string
  readonly limits: readonly (number | undefined)[]
}

const besideOf = ({ at }: Gathered): Beside => at as Beside

/**
 * Gathers rows in a table of their own. Its comment says how many there are, and changes in the transaction that adds them:
 * so what is there is what is said, and who would add at another place is refused. Each step has a session of its own.
 */
export function postgresGatherer(open: () => Promise<Session>): Gatherer {
  const within = async <T>(run: (session: Session) => Promise<T>): Promise<T> => {
    const session = await open()
    try {
      const done = await run(session)
      await session.texts({ sql: 'COMMIT' })
      return done
    } catch (thrown) {
      throw toWriteFault(thrown)
    } finally {
      await session.close()
    }
  }
  return {
    begin: (gathering, keep) => within((session) => begin(session, gathering, keep)),
    add: (to, { schema }, rows) =>
      within(async (session) => {
        const { table, limits } = besideOf(to)
        await lock(session, table, to.rows)
        const counted = count(rows)
        await session
          .copyIn(`COPY ${table} FROM STDIN`, copyText({ schema, ...counted }, limits, to.rows))
          .catch((thrown) => {
            throw toWriteFault(thrown, to.rows)
          })
        const now = to.rows + counted.rows()
        await say(session, table, now)
        return { ...to, rows: now }
      }),
    show: (gathered, gathering, { ready }) =>
      within(async (session) => {
        const { table } = besideOf(gathered)
        await lock(session, table, gathered.rows)
        if (gathering.mode === 'append') await addAll(session, table, gathering)
        else {
          const place = await findPlace(session, gathering.table)
          await session.texts({ sql: `COMMENT ON TABLE ${table} IS NULL` })
          await takePlace(session, table, place)
        }
        await ready()
      }),
    discard: (id) =>
      within(async (session) => {
        const found = await find(session, id)
        if (found === undefined) return
        await endOthers(session, found.oid)
        await session.texts({ sql: `DROP TABLE ${found.table}` })
      }),
  }
}

async function begin(session: Session, gathering: Gathering, keep: () => Promise<void>): Promise<Gathered | undefined> {
  const { id, schema, mode, mayBeShown } = gathering
  const made = mode === 'append' ? await likeTarget(session, gathering) : await likeRows(session, gathering)
  const found = await find(session, id)
  if (found !== undefined) {
    await endOthers(session, found.oid)
    const at: Beside = { table: found.table, limits: made?.limits ?? [] }
    return { rows: await lock(session, found.table), isShown: false, at }
  }
  // its name or itself went in the transaction that showed it
  if (mayBeShown) return { rows: gathering.rows, isShown: true, at: undefined }
  if (made === undefined || schema.length === 0) return undefined
  await keep()
  const table = qualify(made.schema, nameOf(id))
  await session.texts({ sql: `CREATE TABLE ${table} ${made.as}` })
  await say(session, table, 0)
  return { rows: 0, isShown: false, at: { table, limits: made.limits } satisfies Beside }
}

/** How the table is made; undefined where the login may make none. */
interface Made {
  readonly schema: string
  readonly as: string
  readonly limits: Beside['limits']
}

async function likeRows(session: Session, { table, schema }: Gathering): Promise<Made> {
  const definitions = definitionsOf(schema)
  return { schema: (await findPlace(session, table)).schema, as: `(${definitions})`, limits: [] }
}

async function likeTarget(session: Session, { table, schema }: Gathering): Promise<Made | undefined> {
  const { oid, from, columns } = await resolveTable(session, table)
  const matched = matchColumns(schema, columns, refusalOf)
  const [row] = await session.texts({ sql: mayMakeSql, types: [26], parameters: [oid] })
  const [name, mayMake] = row!
  if (mayMake !== 't') return undefined
  const names = matched.map(({ name }) => quote(name)).join(', ')
  const as = `AS SELECT ${names} FROM ${from} WITH NO DATA`
  return { schema: name!, as, limits: matched.map(({ native }) => charactersOf(native)) }
}

const mayMakeSql = `
  SELECT n.nspname, has_schema_privilege(n.oid, 'CREATE') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = $1`

/** The rows go over, and what they lay in goes, by one transaction: where that is gone, they are there. */
async function addAll(session: Session, beside: string, { table, schema }: Gathering): Promise<void> {
  const { from, columns } = await resolveTable(session, table)
  const names = matchColumns(schema, columns, refusalOf)
    .map(({ name }) => quote(name))
    .join(', ')
  await session.texts({ sql: `INSERT INTO ${from} (${names}) SELECT ${names} FROM ${beside}` })
  await session.texts({ sql: `DROP TABLE ${beside}` })
}

const nameOf = (id: string): string => `headgate_${id}`

async function find(session: Session, id: string): Promise<{ oid: string; table: string } | undefined> {
  const [row] = await session.texts({ sql: findSql, types: [25], parameters: [nameOf(id)] })
  return row && { oid: row[0]!, table: qualify(row[1]!, nameOf(id)) }
}

const findSql = `
  SELECT c.oid, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = $1 AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) = current_user`

/** Has the server end the session of who was at it: that one may be dead without the server knowing it yet. */
async function endOthers(session: Session, oid: string): Promise<void> {
  await session.texts({ sql: endSql, types: [26], parameters: [oid] })
}

const endSql = `
  SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'relation' AND l.relation = $1 AND l.pid <> pg_backend_pid() AND a.usename = current_user
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** Keeps everybody else from adding until the transaction ends: how many rows there are. Fault conflict where not `rows`. */
async function lock(session: Session, table: string, rows?: number): Promise<number> {
  try {
    await session.texts({ sql: `LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE` })
  } catch (thrown) {
    throw thrown instanceof ServerError && thrown.code === '42P01' ? takenOver(thrown) : thrown
  }
  const [row] = await session.texts({
    sql: `SELECT obj_description(to_regclass($1), 'pg_class')`,
    types: [25],
    parameters: [table],
  })
  const said = Number(/^(\d+) rows/.exec(row?.[0] ?? '')?.[1] ?? Number.NaN)
  if (Number.isNaN(said) || (rows !== undefined && said !== rows)) throw takenOver()
  return said
}

async function say(session: Session, table: string, rows: number): Promise<void> {
  await session.texts({ sql: `COMMENT ON TABLE ${table} IS '${rows} rows of an export of Headgate that goes on'` })
}

function count({ batches }: Rows): Pick<Rows, 'batches'> & { rows(): number } {
  let rows = 0
  return {
    rows: () => rows,
    batches: (async function* () {
      for await (const batch of batches) {
        rows += batch.rows
        yield batch
      }
    })(),
  }
}

const takenOver = (cause?: unknown): Fault =>
  new Fault('conflict', 'Another worker has taken this export over.', { cause })
