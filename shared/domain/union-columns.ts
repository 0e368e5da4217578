import { type FieldType, parseTypeName, type Schema, typeName } from './batch.ts'
import { Fault } from './faults.ts'
import type { ManifestColumn } from './schema-change.ts'

/**
 * The columns that any of several versions has, those of the newest first: by name, of a type that holds the values of all
 * exactly. Fault columns-changed where there is no such type.
 */
export function unionColumns(
  versions: readonly { readonly version: number; readonly columns: readonly ManifestColumn[] }[],
): Schema {
  const union = new Map<string, { type: FieldType; native: string; nullable: boolean; from: number; seen: number }>()
  // of several columns of one name in a version, the first is read
  for (const { version, columns } of versions.toReversed())
    for (const { name, type, nativeType, nullable } of firstOfName(columns)) {
      const known = union.get(name)
      const own = parseTypeName(type)
      if (known === undefined) union.set(name, { type: own, native: nativeType, nullable, from: version, seen: 1 })
      else {
        const common = commonType(known.type, own)
        if (common === undefined) throw conflict(name, [version, type], [known.from, typeName(known.type)])
        union.set(name, { ...known, type: common, nullable: known.nullable || nullable, seen: known.seen + 1 })
      }
    }
  return [...union].map(([name, { type, native, nullable, seen }]) => ({
    name,
    type,
    native,
    nullable: nullable || seen < versions.length,
  }))
}

function firstOfName(columns: readonly ManifestColumn[]): Iterable<ManifestColumn> {
  const first = new Map<string, ManifestColumn>()
  for (const column of columns) if (!first.has(column.name)) first.set(column.name, column)
  return first.values()
}

/** The type that holds the values of both exactly; undefined where there is none. */
export function commonType(a: FieldType, b: FieldType): FieldType | undefined {
  if (typeName(a) === typeName(b)) return a
  const kinds = new Set([a.is, b.is])
  if (kinds.size === 2 && kinds.has('int32') && kinds.has('int64')) return { is: 'int64' }
  if (kinds.size === 2 && kinds.has('float32') && kinds.has('float64')) return { is: 'float64' }
  return undefined
}

const conflict = (name: string, a: readonly [number, string], b: readonly [number, string]): Fault => {
  const [[one, oneType], [two, twoType]] = a[0] < b[0] ? [a, b] : [b, a]
  const column = JSON.stringify(name)
  return new Fault(
    'columns-changed',
    `Column ${column} is ${oneType} in version ${one} and ${twoType} in version ${two}.`,
    {
      hint: 'Read fewer versions at once, or leave the column out with select.',
    },
  )
}
