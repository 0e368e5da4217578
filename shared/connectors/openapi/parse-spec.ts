import { Fault } from '../../domain/faults.ts'
import { isObject, type Json, type JsonObject, textOf } from './json.ts'

/** What a document may have at most: bytes, values (those behind aliases counted anew), levels, uses of an anchor. */
export const limits = { bytes: 5_000_000, nodes: 200_000, depth: 64, aliases: 100 } as const

/** A document of OpenAPI 3.0 or 3.1, JSON or YAML. Fault source-failed says why it is none. */
export async function parseSpec(text: string): Promise<JsonObject> {
  if (Buffer.byteLength(text) > limits.bytes) throw tooBig(`is larger than ${limits.bytes / 1e6} MB`)
  const document = /^\s*[{[]/.test(text) ? (parseJson(text) ?? (await parseYaml(text))) : await parseYaml(text)
  if (!isObject(document)) throw notSpec('The document is no object.')
  measure(document)
  const version = textOf(document, 'openapi')
  if (version !== undefined && /^3\.[01](\.|$)/.test(version)) return document
  if (document.swagger !== undefined)
    throw notSpec('The document is Swagger 2.0, and OpenAPI 3.0 and 3.1 alone are read here.', {
      hint: 'Convert it: most editors and generators of OpenAPI do.',
    })
  throw notSpec(
    version === undefined
      ? 'The document does not say that it is OpenAPI: it has no `openapi`.'
      : 'The document is of another version than OpenAPI 3.0 or 3.1.',
  )
}

/** Undefined where it is no JSON: YAML's flow style begins alike. */
function parseJson(text: string): Json | undefined {
  checkNesting(text)
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

async function parseYaml(text: string): Promise<Json> {
  const { Lexer, parseDocument } = await import('yaml')
  checkTokens(new Lexer().lex(text))
  try {
    const document = parseDocument(text, { merge: true, prettyErrors: false, logLevel: 'silent' })
    const [error] = document.errors
    if (error) {
      const line = text.slice(0, error.pos[0]).split('\n').length
      throw notSpec(`The document is neither JSON nor YAML: line ${line}, ${error.code}.`)
    }
    return document.toJS({ maxAliasCount: limits.aliases }) as Json
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown
    if (thrown instanceof ReferenceError) throw tooBig(`uses aliases more than ${limits.aliases} times`, thrown)
    throw notSpec('The document is neither JSON nor YAML.', { cause: thrown })
  }
}

/** Brackets within brackets are counted before a parser follows them down. */
function checkNesting(text: string): void {
  let depth = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (isString) {
      if (c === 92) i++
      else if (c === 34) isString = false
    } else if (c === 34) isString = true
    else if (c === 91 || c === 123) {
      if (++depth > limits.depth) throw tooDeep()
    } else if (c === 93 || c === 125) depth--
  }
}

/** Every node of YAML takes a few tokens: a document of too many, or of too deep ones, goes no further. */
function checkTokens(tokens: Iterable<string>): void {
  let count = 0
  let flow = 0
  let onLine = 0
  for (const token of tokens) {
    if (++count > limits.nodes * 8) throw tooMany()
    if (token === '[' || token === '{') flow++
    else if (token === ']' || token === '}') flow--
    else if (token === '-' || token === '?') onLine++
    else if (token.includes('\n')) onLine = 0
    if (flow + onLine > limits.depth) throw tooDeep()
  }
}

function measure(document: Json): void {
  let nodes = 0
  const visit = (value: Json, depth: number): void => {
    if (++nodes > limits.nodes) throw tooMany()
    if (depth > limits.depth) throw tooDeep()
    if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) visit(part, depth + 1)
  }
  visit(document, 1)
}

export const notSpec = (detail: string, more: { hint?: string; cause?: unknown } = {}): Fault =>
  new Fault('source-failed', detail, {
    hint: 'Check the URL or the text of the OpenAPI document in the connector.',
    ...more,
  })

const tooBig = (what: string, cause?: unknown): Fault =>
  new Fault('too-large', `The OpenAPI document ${what}.`, {
    hint: 'Cut it down to the operations that are wanted, and paste or serve that.',
    cause,
  })

const tooMany = () => tooBig(`has more than ${limits.nodes.toLocaleString('en')} values`)
const tooDeep = () => tooBig(`is nested more than ${limits.depth} levels deep`)
