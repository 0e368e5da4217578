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

/** The part of a file that is read: the whole of it, or the range within its size. The type of the size is kept. */
export const clampRange = <Size extends number | null>(
  range: readonly [begin: number, end: number] | undefined,
  size: Size,
): readonly [begin: number, end: Size | number] => {
  if (range === undefined) return [0, size]
  return size === null ? range : [Math.min(range[0], size), Math.min(range[1], size)]
}
