import { join } from 'node:path'

/*
 * Where on the disk an object is, so that the folder can be read by people and by any file system: `a/b.csv` is
 * `a+/b.csv`. Other bytes than a-z, 0-9, `.`, `_` and `-` are `%xx`, which keeps apart what a file system would fold
 * or refuse: upper case, accents, `CON`, a dot at the end. A part of 80 bytes and more goes on in a folder named `~`
 * at its end, since file systems take names of 255 bytes. A folder's name tells that it is one, so that `a` and `a/b`
 * can both be there.
 *
 * Keys are handled as "byte strings" here, one character a byte: those sort as the bytes do.
 */

const pieceBytes = 80
/** The piece of nothing: a key that ends where a piece does. */
const nothing = '%'
const slash = '+'
const goesOn = '~'

export const toByteString = (text: string): string => Buffer.from(text).toString('latin1')
export const fromByteString = (bytes: string): string => Buffer.from(bytes, 'latin1').toString()

/** Where in the folder of the objects their files are. */
export const filesIn = (folder: string): string => join(folder, 'files')

/** The file of a key that `checkObjectKey` took. */
export function objectPath(root: string, key: string): string {
  const parts = toByteString(key).split('/')
  const last = parts.length - 1
  return join(root, ...parts.flatMap((part, i) => names(part, i === last ? '' : slash)))
}

function names(part: string, ending: string): readonly string[] {
  if (part.length < pieceBytes) return [encode(part) + ending]
  return [encode(part.slice(0, pieceBytes)) + goesOn, ...names(part.slice(pieceBytes), ending)]
}

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/

function encode(piece: string): string {
  if (piece === '') return nothing
  return piece
    .replace(/[^a-z0-9._-]/g, escapeByte)
    .replace(reserved, (word) => escapeByte(word[0]!) + word.slice(1))
    .replace(/^\.|\.$/g, escapeByte)
}

const escapeByte = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`

/** What a name in a folder adds to the key, as a byte string; undefined for a name that no key has. */
export function nameToBytes(name: string, isFolder: boolean): string | undefined {
  const ending = isFolder ? name.at(-1) : ''
  if (isFolder && ending !== slash && ending !== goesOn) return undefined
  const piece = isFolder ? name.slice(0, -1) : name
  const decoded =
    piece === nothing ? '' : piece.replace(/%([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  const isOurs = encode(decoded) === piece
  return isOurs ? decoded + (ending === slash ? '/' : '') : undefined
}
