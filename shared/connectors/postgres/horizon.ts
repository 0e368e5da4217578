import { Fault } from '../../domain/faults.ts'
import type { IncrementAsk } from '../../domain/increment.ts'
import type { ResolvedTable } from './resolve-table.ts'
import type { Session } from './session.ts'

/** Where the next increment begins. Numbers are 64-bit transaction numbers as digits. */
interface Mark {
  /** All transactions below it have ended. */
  readonly horizon: string
  /** The server, its timeline, and the files that the table is in: where one is another, numbers mean nothing. */
  readonly place: string
}

/** What a session's moment is among the transactions. */
export interface Horizon extends Mark {
  /** The first number that no transaction had yet. */
  readonly next: bigint
  /** How many transactions ago a number was. */
  age(number: bigint): Promise<bigint>
}

export interface Windows {
  readonly mark: Mark
  readonly isWhole: boolean
  /** Conditions for the rows below the horizon and for those from it on; null where they are read together. */
  readonly window: { readonly settled: string; readonly open: string | null }
}

/** A row shows 32 bits of its number, compared as if on a circle. */
const halfCircle = 2n ** 31n
const circle = 2n ** 32n

/** Faults: not-offered for what has no rows of its own, source-changed where the table was rewritten in this moment. */
export async function readHorizon(session: Session, table: ResolvedTable): Promise<Horizon> {
  if (table.places === 'none')
    throw new Fault('not-offered', `The rows of ${table.table} do not tell when they were written.`, {
      hint: 'What is new can be told of tables. Of views, foreign tables and queries take everything: the strategy "full".',
    })
  const [row] = await session.texts({ sql: horizonSql, types: [26], parameters: [table.oid] })
  const [horizon, next, files, isRewritten, hasControl] = row!
  if (isRewritten === 't')
    throw new Fault('source-changed', `The table ${table.table} was rewritten just now.`, {
      hint: 'Take the snapshot again.',
    })
  const [control = []] = hasControl === 't' ? await session.texts({ sql: controlSql }) : []
  return {
    horizon: horizon!,
    next: BigInt(next!),
    place: [...control, table.oid, files].join(' '),
    async age(number) {
      // 0, 1 and 2 are no numbers of transactions: a few more rows do no harm
      const low = BigInt.asUintN(32, number)
      const [[age] = []] = await session.texts({
        sql: 'SELECT age($1)',
        types: [28],
        parameters: [String(low < 3n ? BigInt.asUintN(32, number - 3n) : low)],
      })
      return BigInt(age!)
    },
  }
}

/** Which rows an increment reads. */
export async function windowOf(now: Horizon, { mode, after }: Pick<IncrementAsk, 'mode' | 'after'>): Promise<Windows> {
  const last = after as Mark | null
  const mark = { horizon: now.horizon, place: now.place }
  const isWhole = last === null || last.place !== now.place || now.next - BigInt(last.horizon) >= halfCircle
  const since = async (number: string) => `age(t.xmin) BETWEEN 0 AND ${await now.age(BigInt(number))}`
  const all = isWhole ? '' : await since(last.horizon)
  if (mode === 'merge') return { mark, isWhole, window: { settled: all, open: null } }
  if (now.next >= circle)
    throw new Fault('not-offered', 'This server has run so many transactions that rows no longer tell them apart.', {
      hint: 'Choose the mode "merge": rows that are read twice then take their own place.',
    })
  const open = await since(now.horizon)
  return { mark, isWhole, window: { settled: `${all === '' ? '' : `${all} AND `}NOT (${open})`, open } }
}

/** The table with all that is a part of it or inherits from it. Its file by this moment is not its file now: rewritten. */
const horizonSql = `
  WITH RECURSIVE tree(oid) AS (
    SELECT $1::oid UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid
  )
  SELECT txid_snapshot_xmin(txid_current_snapshot()), txid_snapshot_xmax(txid_current_snapshot()),
    md5(string_agg(c.oid || ':' || coalesce(pg_relation_filenode(c.oid), 0), ',' ORDER BY c.oid)),
    bool_or(c.relfilenode <> 0 AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid)),
    coalesce(has_function_privilege(to_regprocedure('pg_control_system()'), 'EXECUTE')
      AND has_function_privilege(to_regprocedure('pg_control_checkpoint()'), 'EXECUTE'), false)
  FROM tree JOIN pg_class c USING (oid)`

const controlSql = `
  SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c`
