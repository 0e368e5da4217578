import { Fault } from '../../domain/faults.ts'

const longestItem = 64 * 1024 * 1024
const longestAside = 64 * 1024

/**
 * Cuts the items of the list at a JSON pointer out of a reply, as they are, without holding the reply. `aside` is filled
 * with the values at other pointers, wherever they stand. Fault source-failed where there is no list, too-large.
 */
export async function* cutReply(
  chunks: AsyncIterable<Uint8Array>,
  items: string,
  wanted: ReadonlySet<string>,
  aside: Map<string, string>,
): AsyncGenerator<Buffer> {
  /** The pointers of the open containers; of a list, how many of its items were begun. */
  const open: { readonly pointer: string; readonly isList: boolean; count: number }[] = []
  let pointer = ''
  let hasList = false
  let taking: { readonly depth: number; readonly isItem: boolean; readonly pointer: string } | undefined
  let taken: Uint8Array[] = []
  let takenBytes = 0
  let key: number[] = []
  let state: 'value' | 'key' | 'colon' | 'after' = 'value'
  let isText = false
  let isKeyText = false
  let isEscaped = false
  let isWord = false
  let ready: Buffer[] = []
  const limit = () => (taking!.isItem ? longestItem : longestAside)

  const isBegun = (): boolean => {
    // Within what is taken nothing has to be found.
    if (taking) return false
    const holder = open.at(-1)
    if (holder?.isList) pointer = `${holder.pointer}/${holder.count++}`
    const isItem = holder?.isList === true && holder.pointer === items
    if (!isItem && !wanted.has(pointer)) return false
    taking = { depth: open.length, isItem, pointer }
    return true
  }
  const finish = (): void => {
    const text = Buffer.concat(taken)
    taken = []
    takenBytes = 0
    if (taking!.isItem) ready.push(text)
    else aside.set(taking!.pointer, text.toString('utf8'))
    taking = undefined
  }

  for await (const chunk of chunks) {
    let from = taking ? 0 : -1
    const keep = (to: number): void => {
      taken.push(chunk.slice(from, to))
      takenBytes += to - from
      from = -1
      if (takenBytes > limit())
        throw new Fault('too-large', 'A value of the reply is larger than a value may be.', {
          hint: 'Leave it out by the parameters of the operation, if it has such.',
        })
    }
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      if (isText) {
        if (isKeyText && !taking) key.push(byte)
        if (isEscaped) isEscaped = false
        else if (byte === 92) isEscaped = true
        else if (byte === 34) {
          isText = false
          if (isKeyText) {
            isKeyText = false
            state = 'colon'
          } else {
            state = 'after'
            if (taking?.depth === open.length) {
              keep(i + 1)
              finish()
            }
          }
        }
        continue
      }
      if (isWord) {
        if (
          (byte >= 48 && byte <= 57) ||
          (byte >= 97 && byte <= 122) ||
          byte === 69 ||
          byte === 43 ||
          byte === 45 ||
          byte === 46
        )
          continue
        isWord = false
        state = 'after'
        if (taking?.depth === open.length) {
          keep(i)
          finish()
        }
      }
      if (byte === 32 || byte === 10 || byte === 13 || byte === 9) continue
      const holder = open.at(-1)
      if (byte === 125 || byte === 93) {
        if (!holder || holder.isList !== (byte === 93)) throw notJson()
        open.pop()
        pointer = holder.pointer
        state = 'after'
        if (taking?.depth === open.length) {
          keep(i + 1)
          finish()
        }
      } else if (state === 'colon') {
        if (byte !== 58) throw notJson()
        state = 'value'
        if (!taking) pointer = `${holder!.pointer}/${escapeKey(keyText(key))}`
      } else if (state === 'after') {
        if (byte !== 44 || !holder) throw notJson()
        state = holder.isList ? 'value' : 'key'
      } else if (state === 'key') {
        if (byte !== 34) throw notJson()
        isText = true
        isKeyText = true
        key = [byte]
      } else {
        if (isBegun()) from = i
        if (byte === 34) isText = true
        else if (byte === 91 || byte === 123) {
          const isList = byte === 91
          if (isList && pointer === items && !hasList) hasList = true
          open.push({ pointer, isList, count: 0 })
          if (open.length > 1000) throw notJson()
          state = isList ? 'value' : 'key'
        } else if ((byte >= 48 && byte <= 57) || byte === 45 || byte === 116 || byte === 102 || byte === 110)
          isWord = true
        else throw notJson()
      }
    }
    if (taking && from >= 0) keep(chunk.length)
    const cut = ready
    ready = []
    yield* cut
  }
  if (open.length > 0 || isText)
    throw new Fault('source-failed', 'The reply ends before its end.', { hint: 'Try again.' })
  if (!hasList) throw noList(items)
}

const keyText = (bytes: readonly number[]): string => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as string
  } catch {
    throw notJson()
  }
}

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

const notJson = (): Fault =>
  new Fault('source-failed', 'The reply is not JSON.', {
    hint: 'Only operations that answer with JSON can be read as a table.',
  })

const noList = (items: string): Fault =>
  new Fault('source-failed', `The reply has no list ${items === '' ? 'at its top' : `at ${items}`}.`, {
    hint: 'Say where the list is: `items`, a JSON pointer like /data/items.',
  })
