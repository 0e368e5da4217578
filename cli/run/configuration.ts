import { parse, stringify } from 'yaml'
import { etagOf, type Headgate, NotFound } from '../../clients/typescript/index.ts'
import { type Run, text, texts, UsageError } from '../command.ts'
import type { Context } from '../context.ts'
import { differences } from '../difference.ts'
import { textOf } from '../input.ts'

type Fields = Readonly<Record<string, unknown>>
type Send = (name: string, body: never, options: { readonly ifMatch?: string | undefined }) => Promise<unknown>

/** What can be configured, in the order in which one needs the other. */
const kinds = ['connectors', 'datasources', 'schedules', 'exporters'] as const
type Kind = (typeof kinds)[number]
const isKind = (name: string): name is Kind => (kinds as readonly string[]).includes(name)

interface Form {
  /** The field that names one. */
  readonly key: string
  /** The fields of a new one, and of one that is changed. */
  readonly create: readonly string[]
  readonly update: readonly string[]
}

type Forms = Readonly<Record<Kind, Form>>

/** Which fields there are, the server says itself: those of its own version. */
async function formsOf(headgate: Headgate): Promise<Forms> {
  const { components } = (await headgate.call('getOpenapi')) as unknown as {
    components: { schemas: Readonly<Record<string, { readonly properties: object } | undefined>> }
  }
  const fields = (schema: string) => Object.keys(components.schemas[schema]?.properties ?? {})
  const schedule = ['datasource', ...fields('NewSchedule')]
  return {
    connectors: { key: 'name', create: fields('NewConnector'), update: fields('ConnectorChange') },
    datasources: { key: 'name', create: fields('NewDatasource'), update: fields('DatasourceChange') },
    schedules: { key: 'datasource', create: schedule, update: schedule },
    exporters: { key: 'name', create: fields('NewExporter'), update: fields('ExporterChange') },
  }
}

const only = (record: Fields, fields: readonly string[]): Fields =>
  Object.fromEntries(fields.filter((field) => record[field] !== undefined).map((field) => [field, record[field]]))

/** Everything that can be configured as YAML that `apply` takes; credentials are in no file. */
export const exportAll: Run = async (context, _, options) => {
  const wanted = texts(options, 'only')
  for (const name of wanted) if (!isKind(name)) throw new UsageError(`--only takes one of ${kinds.join(', ')}.`)
  const headgate = await context.headgate()
  const forms = await formsOf(headgate)
  const document: Record<string, unknown> = {}
  for (const kind of kinds)
    if (wanted.length === 0 || wanted.includes(kind)) {
      const records = (await headgate[kind].list().toArray()) as unknown as readonly Fields[]
      document[kind] = records.map((record) =>
        only(record, [...new Set([...forms[kind].create, ...forms[kind].update])]),
      )
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
  const said = await textOf(file === '-' ? '-' : `@${file}`)
  // What is there is read in any case; only what changes it may be printed in place of being sent.
  const reading = await context.reader()
  const forms = await formsOf(reading)
  const wanted = readDocument(said, forms)
  const steps: Step[] = []
  for (const kind of kinds)
    for (const record of wanted[kind] ?? []) steps.push(await planStep(context, reading, kind, forms[kind], record))
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

async function planStep(context: Context, reading: Headgate, kind: Kind, form: Form, record: Fields): Promise<Step> {
  const name = String(record[form.key])
  const { credential: said, ...rest } = record
  const credential = said === undefined ? undefined : credentialOf(context, said as Fields, name)
  const secret = credential === undefined ? [] : ['+ credential: (not shown)']
  const whole: Fields = { ...rest, ...(credential && { credential }) }
  const found = (await reading[kind].get(name).catch((thrown: unknown) => {
    if (thrown instanceof NotFound) return undefined
    throw thrown
  })) as Fields | undefined
  const isNew = found === undefined
  const lines = differences(isNew ? {} : only(found, Object.keys(rest)), rest)
  const body = only(whole, isNew ? form.create : form.update)
  return {
    kind,
    name,
    isNew,
    // A credential that is named is sent in any case: whether it is another one, nobody can tell.
    lines: lines.length > 0 || credential !== undefined ? [...lines, ...secret] : [],
    run: (client) => sendTo(client, kind, isNew)(name, body as never, { ifMatch: found && etagOf(found) }),
  }
}

function sendTo(headgate: Headgate, kind: Kind, isNew: boolean): Send {
  if (kind === 'schedules')
    return (name, body, options) => {
      const { datasource: _, ...times } = body as { datasource: string }
      return headgate.schedules.put(name, times, options)
    }
  const place = headgate[kind]
  return isNew ? (_, body) => place.create(body) : (name, body, options) => place.update(name, body, options)
}

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

function readDocument(said: string, forms: Forms): Partial<Record<Kind, readonly Fields[]>> {
  let document: unknown
  try {
    document = parse(said)
  } catch (cause) {
    throw new UsageError(`The file is no YAML: ${(cause as Error).message.split('\n')[0]}`)
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new UsageError(`The file must hold lists of ${kinds.join(', ')}.`)
  for (const [kind, records] of Object.entries(document)) {
    if (!isKind(kind)) throw new UsageError(`The file holds ${JSON.stringify(kind)}: it may hold ${kinds.join(', ')}.`)
    if (!Array.isArray(records)) throw new UsageError(`${kind} must be a list.`)
    const { key, create, update } = forms[kind]
    for (const [i, record] of records.entries()) {
      if (typeof record?.[key] !== 'string') throw new UsageError(`${kind}[${i}] has no ${key}.`)
      const unknown = Object.keys(record).find((field) => !create.includes(field) && !update.includes(field))
      if (unknown !== undefined)
        throw new UsageError(
          `${kind}/${record[key]} has a field ${JSON.stringify(unknown)}: known are ${create.join(', ')}.`,
        )
    }
  }
  return document as Partial<Record<Kind, readonly Fields[]>>
}
