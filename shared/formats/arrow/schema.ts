/** The schema message: https://github.com/apache/arrow/blob/main/format/Schema.fbs. */
import type { FieldType, Schema } from '../../domain/batch.ts'
import { flatbuffer, int8, int16, int32, int64, type Slot, string, table, vector, type Written } from './flatbuffer.ts'

export const headers = { schema: 1, recordBatch: 3 } as const

/** A message's metadata. `bodyBytes` is the length of what follows it. */
export const message = (header: number, content: Written, bodyBytes: number): Uint8Array =>
  flatbuffer(table([int16(metadataV5), int8(header), content, int64(bodyBytes)]))

export const schemaMessage = (schema: Schema): Uint8Array =>
  message(
    headers.schema,
    table([
      int16(littleEndian),
      vector(
        schema.map(({ name, type, nullable, native }) =>
          fieldTable(name, type, nullable, [['headgate.nativeType', native], ...extensionOf(type)]),
        ),
      ),
    ]),
    0,
  )

const metadataV5 = 4
const littleEndian = 0

function fieldTable(
  name: string,
  type: FieldType,
  nullable: boolean,
  metadata: readonly (readonly [string, string])[],
): Written {
  const [typeId, ...members] = typeOf(type)
  return table([
    string(name),
    int8(nullable ? 1 : 0),
    int8(typeId),
    table(members),
    undefined,
    vector(type.is === 'list' ? [fieldTable('item', type.of, true, extensionOf(type.of))] : []),
    vector(metadata.map(([key, value]) => table([string(key), string(value)]))),
  ])
}

const extensionOf = ({ is }: FieldType): [string, string][] =>
  is === 'uuid'
    ? [
        ['ARROW:extension:name', 'arrow.uuid'],
        ['ARROW:extension:metadata', ''],
      ]
    : []

/** The type's number in the union `Type`, and the fields of its table. */
function typeOf(type: FieldType): [number, ...(Slot | undefined)[]] {
  switch (type.is) {
    case 'bool':
      return [6]
    case 'int32':
      return [2, int32(32), int8(1)]
    case 'int64':
      return [2, int32(64), int8(1)]
    case 'float32':
      return [3, int16(1)]
    case 'float64':
      return [3, int16(2)]
    case 'binary':
      return [4]
    case 'utf8':
    case 'json':
      return [5]
    case 'uuid':
      return [15, int32(16)]
    case 'date':
      return [8, int16(0)]
    case 'timestamp':
      return [10, int16(2), type.zone ? string('UTC') : undefined]
    case 'decimal':
      return [7, int32(type.precision), int32(type.scale), int32(128)]
    case 'list':
      return [12]
  }
}
