import { crc32 } from 'node:zlib'

/** One file of an archive. */
export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string
  /** How many bytes there will be. */
  readonly size: number
  readonly bytes: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>
}

const mostIn32 = 0xffff_ffff
const mostIn16 = 0xffff

/**
 * A ZIP archive (APPNOTE 6.3.10) of files that are stored as they are, with checksums behind them, so that each file is
 * read once and none is held. Zip64 where sizes or numbers ask for it. `modified`: of every file.
 */
export async function* writeZip(entries: Iterable<ZipEntry>, modified: Date): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = []
  const time = dosTime(modified)
  let at = 0
  for (const { name, size, bytes } of entries) {
    const file = { name: Buffer.from(name), size, time, isLarge: size >= mostIn32, offset: at, crc: 0 }
    const header = localHeader(file)
    yield header
    let written = 0
    for await (const chunk of await bytes()) {
      file.crc = crc32(chunk, file.crc)
      written += chunk.byteLength
      yield chunk
    }
    if (written !== size) throw new RangeError(`${name} has ${written} bytes, not ${size}`)
    const descriptor = dataDescriptor(file)
    yield descriptor
    directory.push(directoryEntry(file))
    at += header.length + size + descriptor.length
  }
  yield* directory
  const length = directory.reduce((sum, entry) => sum + entry.length, 0)
  yield endOfDirectory(directory.length, length, at)
}

interface Stored {
  readonly name: Buffer
  readonly size: number
  /** Date and time in 32 bits, as DOS has them. */
  readonly time: number
  /** Whether its sizes take 64 bits. */
  readonly isLarge: boolean
  /** Where its local header begins. */
  readonly offset: number
  crc: number
}

/** Sizes come in a descriptor behind the bytes; names are UTF-8. */
const flags = 0x0808

const versionOf = (isLarge: boolean): number => (isLarge ? 45 : 20)

function localHeader({ name, time, isLarge }: Stored): Buffer {
  const extra = isLarge ? extraOf([0, 0]) : Buffer.alloc(0)
  const size = isLarge ? mostIn32 : 0
  const fields = [u32(0x04034b50), u16(versionOf(isLarge)), u16(flags), u16(0), u32(time), u32(0), u32(size), u32(size)]
  return Buffer.concat([...fields, u16(name.length), u16(extra.length), name, extra])
}

function dataDescriptor({ crc, size, isLarge }: Stored): Buffer {
  const sizeOf = isLarge ? u64 : u32
  return Buffer.concat([u32(0x08074b50), u32(crc), sizeOf(size), sizeOf(size)])
}

function directoryEntry({ name, time, crc, size, isLarge, offset }: Stored): Buffer {
  const isFar = offset >= mostIn32
  const wide = [...(isLarge ? [size, size] : []), ...(isFar ? [offset] : [])]
  const extra = wide.length > 0 ? extraOf(wide) : Buffer.alloc(0)
  const version = versionOf(isLarge || isFar)
  const shown = isLarge ? mostIn32 : size
  return Buffer.concat([
    ...[u32(0x02014b50), u16(version), u16(version), u16(flags), u16(0), u32(time), u32(crc), u32(shown), u32(shown)],
    ...[u16(name.length), u16(extra.length), u16(0), u16(0), u16(0), u32(0), u32(isFar ? mostIn32 : offset)],
    name,
    extra,
  ])
}

function endOfDirectory(count: number, length: number, offset: number): Buffer {
  const isWide = count >= mostIn16 || length >= mostIn32 || offset >= mostIn32
  const [shortCount, shortLength, shortOffset] = isWide ? [mostIn16, mostIn32, mostIn32] : [count, length, offset]
  const wide = [
    ...[u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(count), u64(count), u64(length), u64(offset)],
    ...[u32(0x07064b50), u32(0), u64(offset + length), u32(1)],
  ]
  return Buffer.concat([
    ...(isWide ? wide : []),
    ...[u32(0x06054b50), u16(0), u16(0), u16(shortCount), u16(shortCount), u32(shortLength), u32(shortOffset), u16(0)],
  ])
}

const extraOf = (values: readonly number[]): Buffer =>
  Buffer.concat([u16(1), u16(8 * values.length), ...values.map(u64)])

function dosTime(at: Date): number {
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return ((date << 16) | time) >>> 0
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
