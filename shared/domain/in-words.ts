import type * as z from 'zod'

/**
 * What a schema expected at a place, as the end of a sentence that begins with the place: never the value itself, which
 * may be a secret. Of unknown members, the whole sentence of what is known. For `safeParse(value, { error: inWords })`.
 */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  const { schema } = issue
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing'
  if (schema?._zod.def.type === 'number') return `must be ${aNumber(schema as z.ZodNumber)}`
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nouns[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`
    case 'unrecognized_keys': {
      const known = Object.keys((schema as z.ZodObject | undefined)?.shape ?? {})
      return known.length > 0 ? `Known here: ${known.join(', ')}.` : 'None is known here.'
    }
    case 'too_small':
      return `must have at least ${count(issue.minimum, issue.origin)}`
    case 'too_big':
      return `must have at most ${count(issue.maximum, issue.origin)}`
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be an instant as in 2026-01-31T12:00:00Z' : undefined
    default:
      return undefined
  }
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  undefined: 'absent',
}

const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
}

function count(n: number | bigint, origin: string): string {
  const [one, many] = units[origin] ?? ['member', 'members']
  return `${n} ${n === 1 ? one : many}`
}

function aNumber({ minValue, maxValue, isInt }: z.ZodNumber): string {
  const noun = isInt ? 'a whole number' : 'a number'
  const [from, to] = [minValue, maxValue].map((bound) => Number.isSafeInteger((bound ?? 0) * 2) && bound !== null)
  if (from && to) return `${noun} from ${minValue} to ${maxValue}`
  if (from) return `${noun} of at least ${minValue}`
  return to ? `${noun} of at most ${maxValue}` : noun
}
