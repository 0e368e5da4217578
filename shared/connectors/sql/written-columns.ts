import { type Field, type Schema, typeName } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'

/** A column of a table that rows are added to, and why a field cannot be kept in it; undefined: it can. */
export interface Target {
  readonly name: string
  readonly native: string
  readonly nullable: boolean
}

/**
 * Each field with the column of its name, before any row is read. Fault invalid-request that tells every column that is not
 * there, or cannot hold the values exactly.
 */
export function matchColumns<T extends Target>(
  schema: Schema,
  columns: readonly T[],
  refusal: (field: Field, column: T) => string | undefined,
): readonly T[] {
  checkNames(schema)
  const byName = new Map(columns.map((column) => [column.name, column]))
  const errors: string[] = []
  const matched = schema.flatMap((field) => {
    const column = byName.get(field.name)
    const wrong = column === undefined ? 'is not in the table' : refusal(field, column)
    if (wrong !== undefined) errors.push(`${JSON.stringify(field.name)} (${typeName(field.type)}) ${wrong}`)
    return column === undefined ? [] : [column]
  })
  if (errors.length > 0)
    throw new Fault('invalid-request', `Columns do not fit the table: ${errors.slice(0, mostTold).join('; ')}.`, {
      hint: 'Make a table that fits, or use the mode `replace`.',
    })
  return matched
}

const mostTold = 5

/** Names are matched, and must be told apart. */
export function checkNames(schema: Schema, mostBytes = Number.POSITIVE_INFINITY): void {
  const names = schema.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw badName(twice, 'is there twice')
  const long = names.find((name) => name === '' || Buffer.byteLength(name) > mostBytes || name.includes('\0'))
  if (long !== undefined) throw badName(long, 'cannot be the name of a column there')
}

const badName = (name: string, detail: string): Fault =>
  new Fault('invalid-request', `The column ${JSON.stringify(name.slice(0, 100))} ${detail}.`, {
    hint: 'Choose and name the columns in the datasource, by a query for one.',
  })
