import { Fault } from '../../domain/faults.ts'

const anyCharacter = -1
const anyText = -2

/**
 * SQL's LIKE over UTF-8 bytes: `%` is any text, `_` one character, a backslash takes the next character as it is.
 * Time is at most the product of both lengths. Fault: invalid-request for a pattern that ends with a lone backslash.
 */
export function matchPattern(
  pattern: string,
  ignoresCase: boolean,
): (data: Uint8Array, from: number, to: number) => boolean {
  const tokens = tokensOf(ignoresCase ? pattern.toLowerCase() : pattern)
  if (!ignoresCase) return (data, from, to) => matches(tokens, data, from, to)
  return (data, from, to) => {
    const lower = Buffer.from(
      Buffer.from(data.buffer, data.byteOffset + from, to - from)
        .toString()
        .toLowerCase(),
    )
    return matches(tokens, lower, 0, lower.length)
  }
}

function tokensOf(pattern: string): Int16Array {
  const tokens: number[] = []
  const characters = [...pattern]
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!
    if (character === '%') tokens.push(anyText)
    else if (character === '_') tokens.push(anyCharacter)
    else if (character !== '\\') tokens.push(...Buffer.from(character))
    else if (i + 1 < characters.length) tokens.push(...Buffer.from(characters[++i]!))
    else {
      throw new Fault('invalid-request', 'A pattern may not end with a lone backslash.', {
        hint: 'Write two backslashes for one that is meant.',
      })
    }
  }
  return Int16Array.from(tokens)
}

/** Going back to the last `%` is enough: what an earlier one could take, the last one can. */
function matches(tokens: Int16Array, data: Uint8Array, from: number, to: number): boolean {
  let at = from
  let token = 0
  let retryToken = -1
  let retryAt = 0
  for (;;) {
    const wanted = tokens[token]
    if (wanted === anyText) {
      retryToken = ++token
      retryAt = at
    } else if (at < to && wanted === anyCharacter) {
      at = nextCharacter(data, at, to)
      token++
    } else if (at < to && wanted === data[at]) {
      at++
      token++
    } else if (at === to && token === tokens.length) return true
    else if (retryToken >= 0 && retryAt < to) {
      retryAt = nextCharacter(data, retryAt, to)
      at = retryAt
      token = retryToken
    } else return false
  }
}

function nextCharacter(data: Uint8Array, at: number, to: number): number {
  at++
  while (at < to && (data[at]! & 0xc0) === 0x80) at++
  return at
}
