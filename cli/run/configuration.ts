import { parse, stringify } from 'yaml'
import { type BodyOf, type CallReply, etagOf, type Headgate, NotFound } from '../../clients/typescript/index.ts'
import { type Run, text, texts, UsageError } from '../command.ts'
import type { Context } from '../context.ts'
import { differences } from '../difference.ts'
import { textOf } from '../input.ts'

type Fields = Record<string, unknown>

/** What of a record is configuration, in the order of the file. What is not named stays, and is not written where it is the default. */
const kinds = {
  connectors: ['name', 'title', 'kind', 'config', 'allowQuery', 'budget'],
  datasources: [
    'name',
    'title',
    'connector',
    'selection',
    'format',
    'strategy',
    'drift',
    'paused',
    'skipUnchanged',
    'retention',
  ],
} as const
type Kind = keyof typeof kinds
const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)

/** Connectors and datasources as YAML that `apply` takes. A credential is in no file: what it may be is said in a comment. */
export const exportAll: Run = async (context, _, options) => {
  const only = texts(options, 'only')
  for (const name of only) if (!isKind(name)) throw new UsageError('--only takes connectors or datasources.')
  const headgate = await context.headgate()
  const document: Fields = {}
  for (const kind of Object.keys(kinds) as Kind[])
    if (only.length === 0 || only.includes(kind)) {
      const records = (await headgate[kind].list().toArray()) as unknown as Fields[]
      document[kind] = records.map((record) => Object.fromEntries(kinds[kind].map((name) => [name, record[name]])))
    }
  await context.output.write(stringify(document, { lineWidth: 120 }))
}

interface Step {
  readonly kind: Kind
  readonly name: string
  /** Lines that tell what becomes of it; none where it is so already. */
  readonly lines: readonly string[]
  readonly isNew: boolean
  run(headgate: Headgate): Promise<unknown>
}

export const apply: Run = async (context, _, options) => {
  const file = text(options, 'file')
  if (file === undefined) throw new UsageError('Say the file: apply -f headgate.yaml')
  const wanted = readDocument(await textOf(file === '-' ? '-' : `@${file}`))
  // What is there is read in any case; only what changes it may be printed in place of being sent.
  const reading = await context.reader()
  const steps: Step[] = []
  for (const kind of Object.keys(kinds) as Kind[])
    for (const record of wanted[kind] ?? []) steps.push(await planStep(context, reading, kind, record))
  const changes = steps.filter(({ lines }) => lines.length > 0)
  const { style } = context.terminal
  for (const { lines, isNew, kind, name } of changes) {
    process.stderr.write(`${style('bold', `${isNew ? '+' : '~'} ${kind}/${name}`)}\n`)
    for (const line of lines) process.stderr.write(`${style(line.startsWith('-') ? 'red' : 'green', `    ${line}`)}\n`)
  }
  context.note(
    `${changes.filter(({ isNew }) => isNew).length} to create, ${changes.filter(({ isNew }) => !isNew).length} to change, ${steps.length - changes.length} as they are.`,
  )
  if (options.dryRun === true || changes.length === 0) return
  await context.confirm('Make it so?')
  const headgate = await context.headgate()
  for (const step of changes) await step.run(headgate)
}

async function planStep(context: Context, headgate: Headgate, kind: Kind, record: Fields): Promise<Step> {
  const { name } = record as { name: string }
  const { credential: said, ...rest } = record
  const credential = said === undefined ? undefined : credentialOf(context, said as Fields, name)
  const secret = credential === undefined ? [] : ['+ credential: (not shown)']
  const found = await headgate[kind].get(name).catch((thrown: unknown) => {
    if (thrown instanceof NotFound) return undefined
    throw thrown
  })
  if (found === undefined) {
    const body = { ...rest, ...(credential && { credential }) }
    return {
      kind,
      name,
      isNew: true,
      lines: [...differences({}, rest), ...secret],
      run: (client) =>
        kind === 'connectors'
          ? client.connectors.create(body as unknown as BodyOf<'createConnector'>)
          : client.datasources.create(withoutPaused(body) as unknown as BodyOf<'createDatasource'>),
    }
  }
  const before = Object.fromEntries(Object.keys(rest).map((field) => [field, (found as unknown as Fields)[field]]))
  const lines = differences(before, rest)
  const ifMatch = etagOf(found as CallReply<'getConnector'>)
  return {
    kind,
    name,
    isNew: false,
    // A credential that is named is sent whenever anything is: whether it is another one, nobody can tell.
    lines: lines.length > 0 || credential !== undefined ? [...lines, ...secret] : [],
    run: (client) => client[kind].update(name, { ...rest, ...(credential && { credential }) } as never, { ifMatch }),
  }
}

/** A new datasource is not paused: that is said of one that is there. */
const withoutPaused = ({ paused: _, ...rest }: Fields): Fields => rest

/** Each field a text, or `{ env: VARIABLE }`; pointers to kept secrets are passed on. */
function credentialOf({ env }: Context, credential: Fields, name: string): Fields {
  return Object.fromEntries(
    Object.entries(credential).map(([field, value]) => {
      const variable = (value as { env?: unknown } | null)?.env
      if (typeof variable !== 'string') return [field, value]
      if (env[variable] === undefined)
        throw new UsageError(`The variable ${variable} is not set: connectors/${name} wants it for ${field}.`)
      return [field, env[variable]]
    }),
  )
}

function readDocument(said: string): Partial<Record<Kind, readonly Fields[]>> {
  let document: unknown
  try {
    document = parse(said)
  } catch (cause) {
    throw new UsageError(`The file is no YAML: ${(cause as Error).message.split('\n')[0]}`)
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new UsageError('The file must hold connectors: or datasources:.')
  for (const [kind, records] of Object.entries(document)) {
    if (!isKind(kind))
      throw new UsageError(`The file holds ${JSON.stringify(kind)}: it may hold ${Object.keys(kinds).join(' and ')}.`)
    if (!Array.isArray(records)) throw new UsageError(`${kind} must be a list.`)
    for (const [i, record] of records.entries()) {
      if (typeof record?.name !== 'string') throw new UsageError(`${kind}[${i}] has no name.`)
      const known: readonly string[] = kind === 'connectors' ? [...kinds[kind], 'credential'] : kinds[kind]
      const unknown = Object.keys(record).find((field) => !known.includes(field))
      if (unknown !== undefined)
        throw new UsageError(
          `${kind}/${record.name} has a field ${JSON.stringify(unknown)}: known are ${known.join(', ')}.`,
        )
    }
  }
  return document as Partial<Record<Kind, readonly Fields[]>>
}
