import type { Schema } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { checkNames } from '../sql/written-columns.ts'
import type { Session } from './session.ts'
import { arrayText, qualify, quote } from './sql.ts'
import { nativeOf } from './written-types.ts'

/** A table is called by at most so many bytes; longer names the server cuts without a word. */
const nameBytes = 63

/** The columns of a table that holds such rows. Faults: invalid-request for names, not-offered for types. */
export function definitionsOf(schema: Schema): string {
  checkNames(schema, nameBytes)
  return schema.map((field) => `${quote(field.name)} ${nativeOf(field)}`).join(', ')
}

/** Puts a table, quoted, in the place of the one there: who reads waits until the transaction ends, and sees the new one. */
export async function takePlace(session: Session, beside: string, { schema, name, old }: Place): Promise<void> {
  if (old !== undefined) {
    await grantAlike(session, old, beside)
    await session.texts({ sql: `DROP TABLE ${qualify(schema, name)}` })
  }
  await session.texts({ sql: `ALTER TABLE ${beside} RENAME TO ${quote(name)}` })
}

export interface Place {
  readonly schema: string
  readonly name: string
  /** The OID of the table that is there. */
  readonly old: string | undefined
}

/** Where a table of that name is, or is to be. Faults: not-found for a schema, invalid-request for what is no plain table. */
export async function findPlace(session: Session, table: string): Promise<Place> {
  const dots = [...table.matchAll(/\./g)].map(({ index }) => index)
  const names = arrayText([table, ...dots.map((at) => table.slice(at + 1))])
  const [found] = await session.texts({ sql: findSql, types: [25, 1003], parameters: [table, names] })
  if (found) {
    const [oid, schema, name, kind] = found as [string, string, string, string]
    if (kind === 'r') return { schema, name, old: oid }
    throw new Fault('invalid-request', `${JSON.stringify(table)} is no plain table, and cannot be replaced.`, {
      hint: 'Name another table, or use the mode `append`.',
    })
  }
  const schemas = dots.map((at) => table.slice(0, at))
  const [known] = await session.texts({ sql: schemaSql, types: [1003], parameters: [arrayText(schemas)] })
  const schema = known?.[0] ?? null
  if (schema === null && dots.length > 0)
    throw new Fault('not-found', `There is no schema ${JSON.stringify(schemas[0])}.`)
  const [current] = await session.texts({ sql: `SELECT coalesce(current_schema(), 'public')` })
  const name = schema === null ? table : table.slice(schema.length + 1)
  if (name === '' || Buffer.byteLength(name) > nameBytes)
    throw new Fault('invalid-request', `${JSON.stringify(name)} cannot be the name of a table.`)
  return { schema: schema ?? current![0]!, name, old: undefined }
}

const findSql = `
  SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = ANY ($2) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'c') AND (
    n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1
    OR n.nspname || '.' || c.relname = $1)
  ORDER BY n.nspname = coalesce(current_schema(), 'public') AND c.relname = $1 DESC, length(n.nspname)
  LIMIT 1`

const schemaSql = 'SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1) ORDER BY length(nspname) LIMIT 1'

/** Whoever may read the old table may read the new one. */
async function grantAlike(session: Session, old: string, table: string): Promise<void> {
  const rows = await session.texts({ sql: grantsSql, types: [26], parameters: [old] })
  for (const [privilege, to, option] of rows)
    await session.texts({
      sql: `GRANT ${privilege} ON TABLE ${table} TO ${to}${option === 't' ? ' WITH GRANT OPTION' : ''}`,
    })
}

const grantsSql = `
  SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.is_grantable
  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = $1 AND a.grantee <> c.relowner`
