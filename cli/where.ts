import type { Filter } from '../clients/typescript/index.ts'
import { UsageError } from './command.ts'

/**
 * A condition as people type it: JSON as the API has it, or `status = 'ok' and (n > 3 or title like 'A%')`.
 * Comparisons: = != <> < <= > >= like ilike in between, is null; and, or, not, brackets. Names may be in double quotes.
 */
export function parseWhere(said: string): Filter {
  if (/^\s*[[{]/.test(said)) {
    try {
      return JSON.parse(said) as Filter
    } catch {
      throw new UsageError(
        '--where looks like JSON and is none.',
        `As JSON: '["price","gt",10]'; in words: "price > 10".`,
      )
    }
  }
  const tokens = tokensOf(said)
  let at = 0
  const next = (): Token => tokens[at++] ?? fail('it ends too early')
  const isWord = (word: string) => tokens[at]?.is === 'word' && tokens[at]!.text.toLowerCase() === word
  const take = (word: string): boolean => {
    const found = isWord(word)
    if (found) at++
    return found
  }
  const isSign = (sign: string) => tokens[at]?.is === 'sign' && tokens[at]!.text === sign
  const expectSign = (sign: string) => {
    if (!isSign(sign)) fail(`${sign} is missing`)
    at++
  }
  const fail = (why: string): never => {
    const near = tokens[Math.min(at, tokens.length - 1)]?.text
    throw new UsageError(
      `--where cannot be read: ${why}${near === undefined ? '' : ` near ${JSON.stringify(near)}`}.`,
      `For example: "status = 'ok' and price > 10"; texts are in single quotes.`,
    )
  }
  const any = (): Filter => joined('or', all)
  const all = (): Filter => joined('and', one)
  const joined = (word: 'and' | 'or', part: () => Filter): Filter => {
    const parts = [part()]
    while (take(word)) parts.push(part())
    return parts.length === 1 ? parts[0]! : ({ [word]: parts } as unknown as Filter)
  }
  const one = (): Filter => {
    if (take('not')) return { not: one() }
    if (isSign('(')) {
      at++
      const inside = any()
      expectSign(')')
      return inside
    }
    return comparison()
  }
  const value = (): string | number | boolean => {
    const { is, text } = next()
    if (is === 'text') return text
    if (is === 'number') return Number.isSafeInteger(Number(text)) || text.length < 16 ? Number(text) : text
    if (is === 'word' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
    at--
    return fail('a value is missing')
  }
  const comparison = (): Filter => {
    const { is, text: column } = next()
    if (is !== 'word' && is !== 'name') {
      at--
      fail('a column is missing')
    }
    if (take('is')) {
      const isNot = take('not')
      if (!take('null')) fail('null is missing')
      return isNot ? { not: [column, 'is-null'] } : [column, 'is-null']
    }
    if (take('not')) return { not: worded(column) }
    const sign = tokens[at]
    if (sign?.is === 'sign' && sign.text in signs) {
      at++
      return [column, signs[sign.text]!, value()]
    }
    return worded(column)
  }
  const worded = (column: string): Filter => {
    if (take('like')) return [column, 'like', String(value())]
    if (take('ilike')) return [column, 'ilike', String(value())]
    if (take('between')) {
      const low = value()
      if (!take('and')) fail('and is missing')
      return [column, 'between', low, value()]
    }
    if (!take('in')) fail('an operator is missing')
    expectSign('(')
    const values = [value()]
    while (isSign(',')) {
      at++
      values.push(value())
    }
    expectSign(')')
    return [column, 'in', values]
  }
  const filter = any()
  if (at < tokens.length) fail('something is too much')
  return filter
}

interface Token {
  readonly is: 'word' | 'name' | 'text' | 'number' | 'sign'
  readonly text: string
}

const signs: Readonly<Record<string, 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'>> = {
  '=': 'eq',
  '==': 'eq',
  '!=': 'ne',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
}

const shape =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*")|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])|(?<sign><=|>=|<>|!=|==|[=<>(),])|(?<word>[\p{L}_][\p{L}\p{N}_.$-]*))/uy

function tokensOf(said: string): Token[] {
  const tokens: Token[] = []
  shape.lastIndex = 0
  const end = said.trimEnd().length
  while (shape.lastIndex < end) {
    const begin = shape.lastIndex
    const found = shape.exec(said)?.groups
    if (found === undefined)
      throw new UsageError(`--where cannot be read from ${JSON.stringify(said.slice(begin).trim().slice(0, 20))} on.`)
    if (found.text !== undefined) tokens.push({ is: 'text', text: found.text.slice(1, -1).replaceAll("''", "'") })
    else if (found.name !== undefined) tokens.push({ is: 'name', text: found.name.slice(1, -1).replaceAll('""', '"') })
    else if (found.number !== undefined) tokens.push({ is: 'number', text: found.number })
    else if (found.sign !== undefined) tokens.push({ is: 'sign', text: found.sign })
    else tokens.push({ is: 'word', text: found.word! })
  }
  return tokens
}
