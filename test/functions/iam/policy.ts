/** What somebody asks of AWS: an action on a resource, and what the request says of itself. */
export interface Call {
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Principal?: unknown
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | number | readonly (string | number)[]>>>
  >
}

/** The first statement that decides: a denial before any permission. Undefined: nothing allows it. */
export function decide(statements: readonly Statement[], call: Call): Statement | undefined {
  const fitting = statements.filter((statement) => fits(statement, call))
  return fitting.find(({ Effect }) => Effect === 'Deny') ?? fitting[0]
}

export const isAllowed = (statements: readonly Statement[], call: Call): boolean =>
  decide(statements, call)?.Effect === 'Allow'

function fits({ Action, Resource = '*', Condition = {} }: Statement, call: Call): boolean {
  return (
    all(Action).some((action) => like(action.toLowerCase(), call.action.toLowerCase())) &&
    all(Resource).some((resource) => likeWithVariables(resource, call.resource, call.context)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, key, all(wanted).map(String), call.context)),
    )
  )
}

/** A condition as IAM has it: a key that the request lacks fails it, unless the operator speaks of all values or `IfExists`. */
function holds(operator: string, key: string, wanted: readonly string[], context: Call['context']): boolean {
  const [, quantifier, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
  if (base === 'Null') return wanted.every((value) => (value === 'true') === (found === undefined))
  const values = found === undefined ? [] : all(found)
  if (values.length === 0)
    return quantifier === 'ForAllValues' || ifExists !== undefined || base.startsWith('StringNot')
  const test = comparisons[base]
  if (test === undefined) throw new Error(`The condition ${operator} is not known here.`)
  const one = (value: string) => wanted.some((each) => test(each, value, context))
  const isNegated = base.startsWith('StringNot')
  const passes = isNegated ? (value: string) => wanted.every((each) => test(each, value, context)) : one
  return quantifier === 'ForAnyValue' ? values.some(passes) : values.every(passes)
}

type Comparison = (wanted: string, value: string, context: Call['context']) => boolean

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, value, context) => fill(wanted, context) === value,
  StringNotEquals: (wanted, value, context) => fill(wanted, context) !== value,
  StringLike: (wanted, value, context) => likeWithVariables(wanted, value, context),
  StringNotLike: (wanted, value, context) => !likeWithVariables(wanted, value, context),
  ArnEquals: (wanted, value, context) => likeWithVariables(wanted, value, context),
  ArnLike: (wanted, value, context) => likeWithVariables(wanted, value, context),
  Bool: (wanted, value) => wanted === value,
  NumericGreaterThan: (wanted, value) => Number(value) > Number(wanted),
  NumericLessThan: (wanted, value) => Number(value) < Number(wanted),
}

const all = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T])

/** A variable without a value matches nothing, and wildcards within its value are characters. */
function likeWithVariables(pattern: string, value: string, context: Call['context']): boolean {
  const parts = pattern.split(/(\$\{[^}]+\})/)
  let source = ''
  for (const part of parts) {
    const [, name] = /^\$\{([^}]+)\}$/.exec(part) ?? []
    if (name === undefined) source += wildcards(part)
    else if (typeof context[name] !== 'string') return false
    else source += RegExp.escape(context[name])
  }
  return new RegExp(`^${source}$`, 's').test(value)
}

const fill = (text: string, context: Call['context']): string | undefined => {
  const names = [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name!)
  if (names.some((name) => typeof context[name] !== 'string')) return undefined
  return text.replace(/\$\{([^}]+)\}/g, (_, name) => String(context[name]))
}

const like = (pattern: string, value: string): boolean => new RegExp(`^${wildcards(pattern)}$`, 's').test(value)

const wildcards = (pattern: string): string =>
  [...pattern].map((char) => (char === '*' ? '.*' : char === '?' ? '.' : RegExp.escape(char))).join('')
