/** What somebody asks of AWS: an action on a resource, and what the request says of itself. */
export interface Call {
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

/** As IAM has it. Either `Action` or `NotAction` is there, and at most one of `Resource` and `NotResource`. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
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

function fits(statement: Statement, call: Call): boolean {
  const { Action, NotAction = [], Resource, NotResource, Condition = {} } = statement
  const isNamed = (actions: string | readonly string[]) =>
    all(actions).some((action) => like(action.toLowerCase(), call.action.toLowerCase()))
  const isThere = (resources: string | readonly string[]) =>
    all(resources).some((resource) => likeWithVariables(resource, call.resource, call.context))
  return (
    (Action === undefined ? !isNamed(NotAction) : isNamed(Action)) &&
    (NotResource === undefined ? isThere(Resource ?? '*') : !isThere(NotResource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, key, all(wanted).map(String), call.context)),
    )
  )
}

/** A condition as IAM has it: a key that the request lacks fails it, unless the operator speaks of all values or `IfExists`. */
function holds(operator: string, key: string, wanted: readonly string[], context: Call['context']): boolean {
  const [, quantifier, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  const found = contextOf(key, context)
  if (base === 'Null') return wanted.every((value) => (value === 'true') === (found === undefined))
  const test = comparisons[base]
  if (test === undefined) throw new Error(`The condition ${operator} is not known here.`)
  const values = found === undefined ? [] : all(found)
  if (values.length === 0)
    return (
      quantifier !== 'ForAnyValue' &&
      (quantifier === 'ForAllValues' || ifExists !== undefined || base.startsWith('StringNot'))
    )
  const one = (value: string) => wanted.some((each) => test(each, value, context))
  const isNegated = base.startsWith('StringNot')
  const passes = isNegated ? (value: string) => wanted.every((each) => test(each, value, context)) : one
  return quantifier === 'ForAnyValue' ? values.some(passes) : values.every(passes)
}

type Comparison = (wanted: string, value: string, context: Call['context']) => boolean

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, value, context) => fill(wanted, context) === value,
  StringNotEquals: (wanted, value, context) => fill(wanted, context) !== value,
  StringEqualsIgnoreCase: (wanted, value, context) => fill(wanted, context)?.toLowerCase() === value.toLowerCase(),
  StringLike: (wanted, value, context) => likeWithVariables(wanted, value, context),
  StringNotLike: (wanted, value, context) => !likeWithVariables(wanted, value, context),
  ArnEquals: (wanted, value, context) => likeArn(wanted, value, context),
  ArnLike: (wanted, value, context) => likeArn(wanted, value, context),
  Bool: (wanted, value) => wanted === value,
  NumericGreaterThan: (wanted, value) => Number(value) > Number(wanted),
  NumericLessThan: (wanted, value) => Number(value) < Number(wanted),
}

const all = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T])

/** Names of keys are the same in capitals and not. */
const contextOf = (key: string, context: Call['context']) =>
  Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]

/** What a variable stands for: a character, the value of a key, or its default. Undefined: nothing, and so it matches nothing. */
function standsFor(variable: string, context: Call['context']): string | undefined {
  if (/^[*?$]$/.test(variable)) return variable
  const [, key = variable, otherwise] = /^(.*?)\s*,\s*'(.*)'$/.exec(variable) ?? []
  const value = contextOf(key, context)
  return typeof value === 'string' ? value : otherwise
}

/** A pattern's parts: texts, and variables as what they stand for. Undefined where one stands for nothing. */
function partsOf(pattern: string, context: Call['context']) {
  const parts = pattern.split(/(\$\{[^}]+\})/).map((part) => {
    const [, variable] = /^\$\{([^}]+)\}$/.exec(part) ?? []
    return variable === undefined
      ? { text: part, isPattern: true }
      : { text: standsFor(variable, context), isPattern: false }
  })
  return parts.every((part): part is { text: string; isPattern: boolean } => part.text !== undefined)
    ? parts
    : undefined
}

/** Wildcards within the value of a variable are characters. */
function likeWithVariables(pattern: string, value: string, context: Call['context']): boolean {
  const parts = partsOf(pattern, context)
  const source = parts?.map(({ text, isPattern }) => (isPattern ? wildcards(text) : RegExp.escape(text))).join('')
  return source !== undefined && new RegExp(`^${source}$`, 's').test(value)
}

/** Each of the first five parts is compared by itself; the last, which may hold colons, as a whole. */
function likeArn(pattern: string, value: string, context: Call['context']): boolean {
  const split = (arn: string) => [...arn.split(':').slice(0, 5), arn.split(':').slice(5).join(':')]
  const [wanted, found] = [split(pattern), split(value)]
  return wanted.every((part, i) => likeWithVariables(part, found[i]!, context))
}

const fill = (text: string, context: Call['context']): string | undefined =>
  partsOf(text, context)
    ?.map(({ text }) => text)
    .join('')

const like = (pattern: string, value: string): boolean => new RegExp(`^${wildcards(pattern)}$`, 's').test(value)

const wildcards = (pattern: string): string =>
  [...pattern].map((char) => (char === '*' ? '.*' : char === '?' ? '.' : RegExp.escape(char))).join('')
