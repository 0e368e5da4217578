import type { Described } from './packets.ts'

const names: Readonly<Record<number, string>> = {
  0: 'decimal', 1: 'tinyint', 2: 'smallint', 3: 'int', 4: 'float', 5: 'double', 6: 'null', 7: 'timestamp', 8: 'bigint',
  9: 'mediumint', 10: 'date', 11: 'time', 12: 'datetime', 13: 'year', 14: 'date', 16: 'bit', 242: 'vector', 245: 'json',
  246: 'decimal', 255: 'geometry',
} // biome-ignore format: a table

const unsignedFlag = 32
const enumFlag = 256
const setFlag = 2048
const binaryCharset = 63
/** As many bytes as a character of a result may take: results are utf8mb4. */
const bytesPerCharacter = 4

/** The server's word for the type of a query's column, as near as a result's description tells. */
export function nativeName({ type, flags, charset, length, decimals, extension }: Described): string {
  const unsigned = (flags & unsignedFlag) !== 0 ? ' unsigned' : ''
  if (extension !== undefined) return extension
  switch (type) {
    case 0:
    case 246:
      return `decimal(${length - (decimals > 0 ? 1 : 0) - (unsigned ? 0 : 1)},${decimals})${unsigned}`
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 8:
    case 9:
      return `${names[type]}${unsigned}`
    case 7:
    case 11:
    case 12:
      return decimals > 0 && decimals <= 6 ? `${names[type]}(${decimals})` : names[type]!
    case 16:
      return `bit(${length})`
  }
  const name = names[type]
  if (name !== undefined) return name
  if ((flags & enumFlag) !== 0) return 'enum'
  if ((flags & setFlag) !== 0) return 'set'
  if (charset === binaryCharset)
    return type === 254 ? `binary(${length})` : isLong(type) ? 'blob' : `varbinary(${length})`
  if (isLong(type)) return 'text'
  return `${type === 254 ? 'char' : 'varchar'}(${Math.floor(length / bytesPerCharacter)})`
}

const isLong = (type: number): boolean => type >= 249 && type <= 252
