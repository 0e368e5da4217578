import { Fault } from '../../domain/faults.ts'

/**
 * The parts of a key on a server with folders; a `/` at either end is not one. Keys never lead out of the root: a key
 * with an empty, `.` or `..` part, or with NUL, is the fault invalid-request.
 */
export function keyParts(key: string): readonly string[] {
  const trimmed = key.replace(/^\/|\/$/g, '')
  if (trimmed === '') return []
  const parts = trimmed.split('/')
  if (parts.every(isName)) return parts
  throw new Fault('invalid-request', `${JSON.stringify(key.slice(0, 200))} cannot be the key of a file here.`, {
    hint: 'Write the folders and the name with single slashes between, without . and .. parts.',
  })
}

/** Whether a text can be the name of a file in a folder. */
export const isName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name) && name.isWellFormed()

/** Orders keys as every list of them does: by their UTF-8 bytes. */
export const compareKeys = (a: string, b: string): number => {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return weight(left) - weight(right)
  }
  return a.length - b.length
}

/** UTF-16 puts surrogates, of characters past U+FFFF, before U+E000 to U+FFFF; UTF-8 puts them after. */
const weight = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)

/** The part of a file that is read: the whole of it, or the range within its size. The type of the size is kept. */
export const clampRange = <Size extends number | null>(
  range: readonly [begin: number, end: number] | undefined,
  size: Size,
): readonly [begin: number, end: Size | number] => {
  if (range === undefined) return [0, size]
  return size === null ? range : [Math.min(range[0], size), Math.min(range[1], size)]
}
