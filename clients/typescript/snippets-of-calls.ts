/** "Use in code" of what is no table: an operation of an API, or an object of one's own. */
import { curlOf, type Language, literal, scriptLiteral, shellWord } from './snippets.ts'

/** A call of an operation of a source, as its form has it; or an object: `user/results.csv`. */
export type Called =
  | {
      readonly source: string
      readonly tag: string
      readonly operation: string
      readonly parameters: Readonly<Record<string, unknown>>
      readonly body?: unknown
    }
  | { readonly object: string }

/** The languages that say a call. */
export const callLanguages = ['python', 'typescript', 'cli', 'curl'] as const satisfies readonly Language[]

/** A call as a program, its token from where those of views take it. */
export function callSnippet(url: string, called: Called, language: Language): string {
  const at = `${url.replace(/\/+$/, '')}/v1`
  if ('object' in called) return objectSnippet(url, at, called.object, language)
  const { source, operation, parameters, body } = called
  if (language === 'python') return python(url, called)
  if (language === 'typescript') {
    const args = [operation, parameters, ...(body === undefined ? [] : [body])].map(scriptLiteral).join(', ')
    return typescript(url, [
      `const { body } = await headgate.sources.at(${literal(source)}).operate(${args})`,
      'console.log(body)',
    ])
  }
  if (language === 'cli') {
    const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${asWord(value)}`)
    const sent = body === undefined ? [] : ['--body', JSON.stringify(body)]
    return ['headgate', 'operations', 'call', source, operation, ...pairs, ...sent].map(shellWord).join(' ')
  }
  return curlOf({
    method: 'POST',
    url: `${at}/sources/${encodeURIComponent(source)}/operations/${encodeURIComponent(operation)}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ parameters, ...(body !== undefined && { body }) }),
  })
}

const asWord = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const typescript = (url: string, lines: readonly string[]): string =>
  [
    "import { Headgate } from '@headgate/client'",
    '',
    `const headgate = new Headgate({ url: ${literal(url)} })`,
    ...lines,
  ].join('\n')

function python(url: string, called: Exclude<Called, { readonly object: string }>): string {
  const { source, tag, operation, parameters, body } = called
  const given = [...Object.entries(parameters), ...(body === undefined ? [] : [['body', body] as const])]
  const isPlain = given.every(([name]) => /^[a-z]\w*$/i.test(name))
  const args = isPlain
    ? given.map(([name, value]) => `${name}=${literal(value)}`).join(', ')
    : `**${literal(Object.fromEntries(given))}`
  return `from headgate import Headgate

api = Headgate(${literal(url)}).sources.get(${literal(source)}).generate_new_client()
print(api[${literal(tag)}][${literal(operation)}](${args}))`
}

function objectSnippet(url: string, at: string, object: string, language: Language): string {
  const name = object.replace(/^user\//, '')
  if (language === 'python')
    return `from headgate import Headgate

hg = Headgate(${literal(url)})
with hg.objects.user.open(${literal(name)}) as file:
    print(file.read(1000))`
  if (language === 'typescript')
    return typescript(url, [
      `const response = await headgate.objects.open(${literal(object)})`,
      'console.log(await response.text())',
    ])
  if (language === 'cli') return ['headgate', 'data', 'gets', name].map(shellWord).join(' ')
  return curlOf({ method: 'GET', url: `${at}/objects/${object.split('/').map(encodeURIComponent).join('/')}` })
}
