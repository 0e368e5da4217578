import { crc32 } from 'node:zlib'

/** The files of an archive of stored files, read by its directory (zip64 or not). Throws where anything disagrees. */
export function unzip(archive: Buffer): Map<string, Buffer> {
  const at = (ok: boolean, what: string): void => {
    if (!ok) throw new Error(`The archive is broken: ${what}`)
  }
  const end = archive.length - 22
  at(archive.readUInt32LE(end) === 0x06054b50, 'end')
  let [count, length, offset] = [
    archive.readUInt16LE(end + 10),
    archive.readUInt32LE(end + 12),
    archive.readUInt32LE(end + 16),
  ]
  if (count === 0xffff) {
    at(archive.readUInt32LE(end - 20) === 0x07064b50, 'locator')
    const wide = Number(archive.readBigUInt64LE(end - 12))
    at(archive.readUInt32LE(wide) === 0x06064b50 && wide + 56 === end - 20, 'zip64 end')
    count = Number(archive.readBigUInt64LE(wide + 32))
    length = Number(archive.readBigUInt64LE(wide + 40))
    offset = Number(archive.readBigUInt64LE(wide + 48))
  }
  const files = new Map<string, Buffer>()
  let entry = offset
  for (let i = 0; i < count; i++) {
    at(archive.readUInt32LE(entry) === 0x02014b50, 'directory')
    const [crc, size] = [archive.readUInt32LE(entry + 16), archive.readUInt32LE(entry + 24)]
    const [nameLength, extra] = [archive.readUInt16LE(entry + 28), archive.readUInt16LE(entry + 30)]
    const name = archive.subarray(entry + 46, entry + 46 + nameLength)
    const local = archive.readUInt32LE(entry + 42)
    at(archive.readUInt32LE(local) === 0x04034b50, 'header')
    at(archive.subarray(local + 30, local + 30 + nameLength).equals(name), 'name')
    const start = local + 30 + nameLength + archive.readUInt16LE(local + 28)
    const bytes = archive.subarray(start, start + size)
    at(crc32(bytes) === crc && archive.readUInt32LE(start + size + 4) === crc, 'checksum')
    at(
      archive.readUInt32LE(start + size) === 0x08074b50 && archive.readUInt32LE(start + size + 8) === size,
      'descriptor',
    )
    at(!files.has(name.toString()), 'name given twice')
    files.set(name.toString(), bytes)
    entry += 46 + nameLength + extra
  }
  at(entry === offset + length, 'directory length')
  return files
}
