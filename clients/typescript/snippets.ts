/** "Use in code": what is on the screen, as a program. Every kind of snippet is run by a test. */
import type { Filter } from '../../shared/domain/filter.ts'

/** What is looked at: rows of a table, of a file, of a query, or of a version of a dataset. */
export type Viewed =
  | { readonly source: string; readonly table: string }
  | { readonly source: string; readonly key: string }
  | {
      readonly source: string
      readonly sql: string
      readonly parameters?: readonly (string | number | boolean | null)[]
    }
  | { readonly dataset: string; readonly version?: number; readonly asOf?: string }

/** A view: what is looked at, and which of its rows and columns. A query and a file have no order; a query takes a limit alone. */
export interface View {
  /** Where Headgate is. */
  readonly url: string
  readonly of: Viewed
  readonly select?: readonly string[]
  readonly where?: Filter
  /** Columns, `-` before a descending one. */
  readonly order?: readonly string[]
  readonly limit?: number
}

export const languages = ['python', 'pandas', 'polars', 'duckdb', 'typescript', 'cli', 'curl'] as const
export type Language = (typeof languages)[number]

export const languageTitles: Readonly<Record<Language, string>> = {
  python: 'Python',
  pandas: 'pandas',
  polars: 'Polars',
  duckdb: 'DuckDB',
  typescript: 'TypeScript',
  cli: 'Command line',
  curl: 'curl',
}

/** The languages that say a view exactly: the rows of a file are chosen by the server, which Python does not ask for. */
export function languagesOf({ of, select, where, limit }: View): readonly Language[] {
  const isWhole = (select ?? where ?? limit) === undefined
  return 'key' in of && !isWhole ? ['typescript', 'cli', 'curl'] : languages
}

/** A view as a program. The token is read from HEADGATE_TOKEN (the command line: from its profile), and never in the text. */
export function snippet(view: View, language: Language): string {
  if (language === 'cli') return cli(view)
  if (language === 'curl') return curl(view)
  if (language === 'typescript') return typescript(view)
  return python(view, language)
}

/** A request as it is sent, without its token. */
export interface PlainRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text; what is not text is told as `@file`. */
  readonly body?: string | undefined
}

/** A request as a line for the shell. */
export function curlOf({ method, url, headers = {}, body }: PlainRequest): string {
  const verb = method === 'HEAD' ? ['-I'] : method === (body === undefined ? 'GET' : 'POST') ? [] : ['-X', method]
  return [
    'curl',
    ...verb,
    '-H "Authorization: Bearer $HEADGATE_TOKEN"',
    ...Object.entries(headers).map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`),
    shellWord(url),
    ...(body === undefined ? [] : [body.startsWith('@') ? '--data-binary' : '-d', shellWord(body)]),
  ].join(' ')
}

/** A request as a Python program that needs no package. */
export function pythonOf({ method, url, headers = {}, body }: PlainRequest): string {
  const sent = Object.entries(headers).map(([name, value]) => `, ${literal(name)}: ${literal(value)}`)
  const data =
    body === undefined
      ? ''
      : body.startsWith('@')
        ? `    data=open(${literal(body.slice(1))}, "rb").read(),\n`
        : `    data=${literal(body)}.encode(),\n`
  return `import os
import urllib.request

request = urllib.request.Request(
    ${literal(url)},
    method=${literal(method)},
${data}    headers={"authorization": "Bearer " + os.environ["HEADGATE_TOKEN"]${sent.join('')}},
)
with urllib.request.urlopen(request) as reply:
    print(reply.read().decode())`
}

function python(view: View, language: Language): string {
  const begin = ['from headgate import Headgate', '', `hg = Headgate(${literal(view.url)})`]
  if ('key' in view.of) return [...begin, ...pythonFile(view.of, language)].join('\n')
  const made = [...begin, `rows = ${readable(view.of)}`]
  const args = pythonArguments(view)
  if (language === 'pandas') return [...made, `frame = rows.to_dataframe(${args})`, 'print(frame)'].join('\n')
  if (language === 'polars') return [...made, `frame = rows.to_polars(${args})`, 'print(frame)'].join('\n')
  if (language === 'python') return [...made, `for row in rows.iter_rows(${args}):`, '    print(row)'].join('\n')
  const shown = 'print(duckdb.sql("select * from arrived limit 10"))'
  return ['import duckdb', ...made, `arrived = rows.to_arrow(${args})`, shown].join('\n')
}

function pythonFile({ source, key }: { readonly source: string; readonly key: string }, language: Language): string[] {
  const at = `hg.sources.get(${literal(source)})`
  if (language === 'python') return [`file = ${at}.root.open(${literal(key)})`, 'print(file.read(1000))']
  const frame = `frame = ${at}.open(${literal(key)}, open_with="pandas")`
  if (language === 'pandas') return [frame, 'print(frame)']
  if (language === 'polars') return [frame, 'import polars', 'print(polars.from_pandas(frame))']
  return [frame, 'import duckdb', 'print(duckdb.sql("select * from frame limit 10"))']
}

function readable(of: Exclude<Viewed, { readonly key: string }>): string {
  if ('dataset' in of) {
    const which = [
      literal(of.dataset),
      ...(of.version === undefined ? [] : [`version=${of.version}`]),
      ...(of.asOf === undefined ? [] : [`as_of=${literal(of.asOf)}`]),
    ]
    return `hg.datasets.get(${which.join(', ')})`
  }
  const source = `hg.sources.get(${literal(of.source)})`
  if ('table' in of) return `${source}.tables[${literal(of.table)}]`
  const parameters = of.parameters?.length ? `, ${literal(of.parameters)}` : ''
  return `${source}.query(${literal(of.sql)}${parameters})`
}

function pythonArguments({ select, where, order, limit }: View): string {
  const given: readonly (readonly [string, unknown])[] = [
    ['columns', select],
    ['where', where],
    ['order', order],
    ['limit', limit],
  ]
  return given
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${literal(value)}`)
    .join(', ')
}

function typescript({ url, of, ...window }: View): string {
  const { which = {}, at } = typescriptPlace(of)
  const args = { ...which, ...window }
  return `import { Headgate } from '@headgate/client'

const headgate = new Headgate({ url: ${literal(url)} })
const rows = headgate.${at}.rows(${Object.keys(args).length > 0 ? scriptLiteral(args) : ''})
for await (const row of rows) console.log(row)`
}

function typescriptPlace(of: Viewed): { readonly at: string; readonly which?: object } {
  if ('dataset' in of) {
    const { dataset, ...which } = of
    return { at: `datasets.at(${literal(dataset)})`, which }
  }
  const source = `sources.at(${literal(of.source)})`
  if ('table' in of) return { at: `${source}.table(${literal(of.table)})` }
  if ('key' in of) return { at: `${source}.object(${literal(of.key)})` }
  const parameters = of.parameters?.length ? `, ${scriptLiteral(of.parameters)}` : ''
  return { at: `${source}.query(${literal(of.sql)}${parameters})` }
}

function cli({ of, select, where, order, limit }: View): string {
  const words =
    'dataset' in of
      ? ['pull', of.dataset, ...flag('--version', of.version?.toString()), ...flag('--as-of', of.asOf)]
      : 'table' in of
        ? ['pull', `${of.source}/${of.table}`]
        : 'key' in of
          ? ['pull', `headgate://${of.source}/${of.key}`]
          : [
              'query',
              of.source,
              of.sql,
              ...(of.parameters ?? []).flatMap((value) => ['--parameter', JSON.stringify(value)]),
            ]
  return [
    'headgate',
    ...words,
    ...flag('--select', select && JSON.stringify(select)),
    ...flag('--where', where && JSON.stringify(where)),
    ...flag('--order', order && JSON.stringify(order)),
    ...flag('--limit', limit?.toString()),
  ]
    .map(shellWord)
    .join(' ')
}

const flag = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [name, value])

function curl({ url, of, select, where, order, limit }: View): string {
  const at = (path: string, query: object) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const text = new URLSearchParams(
      given.map(([name, value]): [string, string] => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : `${value}`,
      ]),
    )
    return `${url.replace(/\/+$/, '')}/v1/${path}?${text}`
  }
  const format = 'csv'
  const window = { select, where, order, limit, format }
  const part = encodeURIComponent
  if ('dataset' in of) {
    const { dataset, ...which } = of
    return curlOf({ method: 'GET', url: at(`datasets/${part(dataset)}/rows`, { ...which, ...window }) })
  }
  const source = `sources/${part(of.source)}`
  if ('table' in of) return curlOf({ method: 'GET', url: at(`${source}/tables/${part(of.table)}/rows`, window) })
  if ('key' in of)
    return curlOf({ method: 'GET', url: at(`${source}/objects/${part(of.key)}`, { select, where, limit, format }) })
  const { sql, parameters } = of
  return curlOf({
    method: 'POST',
    url: at(`${source}/query`, { format }),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql, ...(parameters?.length && { parameters }), ...(limit !== undefined && { limit }) }),
  })
}

/** A JSON value as Python and TypeScript both write it where they can; what differs is Python’s. */
export function literal(value: unknown): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, each]) => `${literal(key)}: ${literal(each)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

/** A JSON value as TypeScript writes it. */
export function scriptLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scriptLiteral).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${scriptLiteral(each)}`)
      .join(', ')} }`
  return JSON.stringify(value)
}

/** A word for the shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
