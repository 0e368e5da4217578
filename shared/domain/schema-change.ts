import * as z from 'zod'

/** A column as a manifest names it. `type` is ours, `nativeType` the source's own word. */
export const ManifestColumn = z.object({
  name: z.string(),
  type: z.string(),
  nativeType: z.string(),
  nullable: z.boolean(),
})
export type ManifestColumn = z.infer<typeof ManifestColumn>

const Types = z.object({ type: z.string(), nativeType: z.string() })

/** One way in which the columns of two versions differ. */
export const SchemaChange = z
  .discriminatedUnion('change', [
    z.object({ change: z.literal('added'), column: z.string(), ...Types.shape, nullable: z.boolean() }),
    z.object({ change: z.literal('dropped'), column: z.string(), ...Types.shape, nullable: z.boolean() }),
    z.object({ change: z.literal('type'), column: z.string(), from: Types, to: Types }),
    z.object({ change: z.literal('nullable'), column: z.string(), from: z.boolean(), to: z.boolean() }),
    z.object({
      change: z.literal('reordered'),
      column: z.string(),
      from: z.int().meta({ description: 'Its place among the columns that both have, from 0.' }),
      to: z.int(),
    }),
  ])
  .meta({ id: 'SchemaChange' })
export type SchemaChange = z.infer<typeof SchemaChange>

/**
 * What has to be done to the columns `from` to get those of `to`: none where they are the same. Columns are the same by
 * name; of several with one name, the first is the first.
 */
export function diffColumns(from: readonly ManifestColumn[], to: readonly ManifestColumn[]): readonly SchemaChange[] {
  const [before, after] = [byName(from), byName(to)]
  const stayed = [...before.keys()].filter((key) => after.has(key))
  const places = new Map([...after.keys()].filter((key) => before.has(key)).map((key, place) => [key, place]))
  return [
    ...[...before].filter(([key]) => !after.has(key)).map(([, column]) => alone('dropped', column)),
    ...[...after].filter(([key]) => !before.has(key)).map(([, column]) => alone('added', column)),
    ...stayed.flatMap((key, place) => altered(before.get(key)!, after.get(key)!, [place, places.get(key)!])),
  ]
}

function byName(columns: readonly ManifestColumn[]): ReadonlyMap<string, ManifestColumn> {
  const seen = new Map<string, number>()
  return new Map(
    columns.map((column) => {
      const count = seen.get(column.name) ?? 0
      seen.set(column.name, count + 1)
      return [JSON.stringify([column.name, count]), column]
    }),
  )
}

const alone = (change: 'added' | 'dropped', { name, ...rest }: ManifestColumn): SchemaChange => ({
  change,
  column: name,
  ...rest,
})

function altered(
  from: ManifestColumn,
  to: ManifestColumn,
  [place, newPlace]: readonly [number, number],
): readonly SchemaChange[] {
  const column = from.name
  const changes: SchemaChange[] = []
  if (from.type !== to.type || from.nativeType !== to.nativeType)
    changes.push({ change: 'type', column, from: typesOf(from), to: typesOf(to) })
  if (from.nullable !== to.nullable) changes.push({ change: 'nullable', column, from: from.nullable, to: to.nullable })
  if (place !== newPlace) changes.push({ change: 'reordered', column, from: place, to: newPlace })
  return changes
}

const typesOf = ({ type, nativeType }: ManifestColumn) => ({ type, nativeType })
