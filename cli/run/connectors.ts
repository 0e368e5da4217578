import type { BodyOf, CallReply } from '../../clients/typescript/index.ts'
import { NotFound } from '../../clients/typescript/index.ts'
import { type Options, type Run, text, texts, UsageError, whole } from '../command.ts'
import type { Context } from '../context.ts'
import { bodyOf, pairsOf, textOf } from '../input.ts'
import { writeItem, writeItems } from '../output.ts'

export const getKind: Run = async (context, [kind]) => {
  const kinds = await (await context.headgate()).kinds.list().toArray()
  const found = kinds.find((each) => each.kind === kind)
  if (found === undefined)
    throw new NotFound(404, {
      detail: `There is no kind ${kind}.`,
      hint: `Known: ${kinds.map((each) => each.kind).join(', ')}.`,
    })
  await context.output.write(`${JSON.stringify(found, null, 2)}\n`)
}

export const createConnector: Run = async (context, [name], options) => {
  const kind = text(options, 'kind')
  const said = await connectorOf(context, options)
  if ((kind ?? said.url) === undefined)
    throw new UsageError('A connector needs --kind.', '`headgate kinds list` lists them.')
  const body = {
    name: name!,
    ...(kind !== undefined && { kind }),
    ...(said.url === undefined && { config: {} }),
    ...said,
  }
  await writeItem(context.output, await (await context.headgate()).connectors.create(body))
}

export const updateConnector: Run = async (context, [name], options) => {
  const headgate = await context.headgate()
  const change = await connectorOf(context, options)
  // A config is replaced whole: what is not said anew stays as it is.
  const config = change.config && { ...(await headgate.connectors.get(name!)).config, ...change.config }
  await writeItem(context.output, await headgate.connectors.update(name!, { ...change, ...(config && { config }) }))
}

async function connectorOf(context: Context, options: Options): Promise<BodyOf<'updateConnector'>> {
  const title = text(options, 'title')
  const config = pairsOf(texts(options, 'config'))
  const credential = await credentialOf(context, options)
  const budget = whole(options, 'budget')
  const url = await urlOf(context, options)
  return {
    ...(title !== undefined && { title }),
    ...(Object.keys(config).length > 0 && { config }),
    ...(credential && { credential }),
    ...(url !== undefined && { url }),
    ...(options.allowQuery === true && { allowQuery: true }),
    ...((options.allowWrite === true || options.forbidWrite === true) && { allowWrite: options.forbidWrite !== true }),
    ...(budget !== undefined && { budget }),
  }
}

/** A URL may hold a password: it is no argument either. */
async function urlOf({ env }: Context, options: Options): Promise<string | undefined> {
  const [said, variable] = [text(options, 'fromUrl'), text(options, 'fromUrlEnv')]
  if (variable !== undefined) {
    if (!env[variable]) throw new UsageError(`The variable ${variable} is not set.`)
    return env[variable]
  }
  if (said !== undefined && said !== '-' && !said.startsWith('@'))
    throw new UsageError(
      'A connection URL is not said as an argument, which others can see.',
      'Say @file, - or --from-url-env.',
    )
  return said === undefined ? undefined : (await textOf(said)).trim()
}

/** What it logs in with: from a file, standard input or the environment, since arguments are seen by everyone. */
async function credentialOf({ env }: Context, options: Options): Promise<Record<string, unknown> | undefined> {
  const said = text(options, 'credential')
  if (said !== undefined && said !== '-' && !said.startsWith('@'))
    throw new UsageError(
      'A credential is not said as an argument, which others can see.',
      'Say @file, -, or --credential-env.',
    )
  const whole = said === undefined ? undefined : ((await bodyOf(said)) as Record<string, unknown>)
  const fields = texts(options, 'credentialEnv').map((pair) => {
    const [field, name] = pair.split('=')
    if (!field || !name) throw new UsageError(`${JSON.stringify(pair)} is not name=VARIABLE.`)
    if (env[name] === undefined) throw new UsageError(`The variable ${name} is not set.`)
    return [field, env[name]]
  })
  return whole || fields.length > 0 ? { ...whole, ...Object.fromEntries(fields) } : undefined
}

export const checkConnector: Run = async (context, [name], options) => {
  const { connectors } = await context.headgate()
  const kind = text(options, 'kind')
  const timeoutMs = whole(options, 'within') ?? 10_000
  if (kind === undefined && name === undefined) throw new UsageError('Say a connector, or values with --kind.')
  const credential = await credentialOf(context, options)
  const config = pairsOf(texts(options, 'config'))
  const check =
    kind === undefined
      ? await connectors.check(name!, timeoutMs)
      : await connectors.tryOut({
          kind,
          config,
          timeoutMs,
          ...(credential && { credential }),
          ...(name !== undefined && { connector: name }),
        })
  await showCheck(context, check, check.status === 'VALID_CONNECTION', check.status)
}

export const checkDatasource: Run = async (context, [name], options) => {
  const check = await (await context.headgate()).datasources.check(name!, whole(options, 'within'))
  await showCheck(context, check, check.ok, check.ok ? 'readable' : 'not readable')
}

/** The stages, and an exit code that says whether they all went well. */
async function showCheck(
  context: Context,
  check: Pick<CallReply<'checkConnector'>, 'stages' | 'warnings'>,
  isGood: boolean,
  result: string,
): Promise<void> {
  if (context.output.format === 'table') {
    await writeItems(context.output, check.stages, ['name', 'ok', 'ms', 'detail', 'hint'])
    for (const warning of check.warnings) context.note(`Mind: ${warning}`)
    context.note(result)
  } else await writeItem(context.output, { ...check })
  if (!isGood) throw new CheckFailed(check.stages.find(({ ok }) => !ok)?.detail ?? result)
}

class CheckFailed extends Error {
  override readonly name = 'CheckFailed'
  readonly exitCode = 6
}

export const createDatasource: Run = async (context, [name, connector], options) => {
  const { selection, ...rest } = await datasourceOf(options)
  if (selection === undefined) throw new UsageError('Say what to copy: --table, --sql, --path or --selection.')
  const body = { ...rest, name: name!, connector: connector!, selection }
  await writeItem(context.output, await (await context.headgate()).datasources.create(body))
}

export const updateDatasource: Run = async (context, [name], options) => {
  const change = await datasourceOf(options)
  const connector = text(options, 'connector')
  const paused = options.pause === true ? true : options.resume === true ? false : undefined
  const body = { ...change, ...(connector !== undefined && { connector }), ...(paused !== undefined && { paused }) }
  await writeItem(context.output, await (await context.headgate()).datasources.update(name!, body))
}

async function datasourceOf(options: Options): Promise<BodyOf<'updateDatasource'>> {
  const selections = [
    text(options, 'table') && { table: text(options, 'table') },
    text(options, 'sql') && { sql: await textOf(text(options, 'sql')!) },
    text(options, 'path') && { path: text(options, 'path') },
    text(options, 'selection') && ((await bodyOf(text(options, 'selection')!)) as object),
  ].filter((selection) => selection !== undefined && selection !== '')
  if (selections.length > 1) throw new UsageError('Of --table, --sql, --path and --selection one says what to copy.')
  const [keepLast, keepDays] = [whole(options, 'keepLast'), whole(options, 'keepDays')]
  const priority = whole(options, 'priority', -100)
  const retention = { ...(keepLast !== undefined && { keepLast }), ...(keepDays !== undefined && { keepDays }) }
  return {
    ...(text(options, 'title') !== undefined && { title: text(options, 'title')! }),
    ...(selections.length === 1 && { selection: selections[0] as Record<string, unknown> }),
    ...(text(options, 'parts') !== undefined && { format: text(options, 'parts') as 'parquet' }),
    ...(text(options, 'compression') !== undefined && { compression: text(options, 'compression') as 'gzip' }),
    ...strategyOf(options),
    ...(priority !== undefined && { priority }),
    ...(options.reuseUnchanged === true && { reuseUnchanged: true }),
    ...(text(options, 'drift') !== undefined && { drift: text(options, 'drift') as 'evolve' }),
    ...(options.skipUnchanged === true && { skipUnchanged: true }),
    ...(Object.keys(retention).length > 0 && { retention }),
  }
}

/** `full` and `objects` are said by their names; what is new is added (`append`) or takes the place of the old (`merge`). */
function strategyOf(options: Options): Pick<BodyOf<'updateDatasource'>, 'strategy'> {
  const said = text(options, 'strategy')
  const [column, key] = [text(options, 'grows'), text(options, 'key')]
  if (said === undefined) {
    if ((column ?? key) !== undefined || options.deletes === true)
      throw new UsageError('--grows, --key and --deletes go with --strategy append or merge.')
    return {}
  }
  if (said === 'full') return { strategy: 'full' }
  if (said === 'objects') return { strategy: { kind: 'objects' } }
  if (said !== 'append' && said !== 'merge') throw new UsageError('--strategy takes full, objects, append or merge.')
  return {
    strategy: {
      kind: 'incremental',
      mode: said,
      ...(column !== undefined && { column }),
      ...(key !== undefined && { key: key.split(',').map((name) => name.trim()) }),
      ...(options.deletes === true && { deletes: true }),
    },
  }
}
