import { basename } from 'node:path'
import { type Group, isEnded, type Snapshot, SnapshotFailed } from '../../clients/typescript/index.ts'
import { type Options, type Run, text, UsageError, whole } from '../command.ts'
import type { Context } from '../context.ts'
import { writeItem, writeItems } from '../output.ts'
import { bytesText } from '../progress.ts'
import { openFile, saveFile, showing, writeBytes } from '../transfer.ts'

export const takeSnapshot: Run = async (context, [datasource, ...others], options) => {
  if (others.length > 0) return takeTogether(context, [datasource!, ...others.map(String)], options)
  const headgate = await context.headgate()
  const begun = await headgate.snapshots.create(datasource!, {
    acceptDrift: options.acceptDrift === true,
    full: options.full === true,
  })
  if (options.wait === false) return writeItem(context.output, begun)
  await watch(context, begun.id)
}

async function takeTogether(context: Context, datasources: readonly string[], options: Options): Promise<void> {
  const headgate = await context.headgate()
  const begun = await headgate.snapshots.createTogether(datasources, { acceptDrift: options.acceptDrift === true })
  if (options.wait === false) return writeItem(context.output, begun)
  const line = context.progress()
  const sum = (group: Group, of: 'rows' | 'bytes') => group.snapshots.reduce((all, each) => all + each[of], 0)
  const group = await headgate.snapshots
    .waitTogether(begun.id, (group) => line.show(`${sum(group, 'rows')} rows, ${bytesText(sum(group, 'bytes'))}`))
    .finally(() => line.end())
  await writeItems(context.output, group.snapshots, ['id', 'datasource', 'state', 'version', 'rows', 'bytes', 'group'])
  context.note(`Of one moment: ${group.snapshots.map((each) => `${each.datasource} ${each.version}`).join(', ')}`)
}

export const watchSnapshot: Run = async (context, [id]) => watch(context, id!)

export const uploadDataset: Run = async (context, [name, file], options) => {
  const blob = await openFile(file!)
  context.nameBody(file!)
  const json = (option: string) => {
    const said = text(options, option)
    return said === undefined ? {} : { [option]: said as never }
  }
  const said = {
    file: basename(file!),
    ...json('title'),
    ...json('parse'),
    ...json('csv'),
    ...json('schema'),
    ...json('drift'),
    ...(text(options, 'parts') !== undefined && { format: text(options, 'parts') as 'parquet' }),
  }
  const line = context.progress()
  const headgate = await context.headgate()
  const begun = await headgate.datasets
    .upload(name!, blob, { ...said, onProgress: showing(line, name!) })
    .finally(() => line.end())
  if (options.wait === false) return writeItem(context.output, begun)
  await watch(context, begun.id)
}

/** Draws how far it is on standard error; its end is the output, and the exit code. */
async function watch(context: Context, id: string): Promise<void> {
  const headgate = await context.headgate()
  const line = context.progress()
  let last: Snapshot | undefined
  try {
    for await (last of headgate.snapshots.events(id)) {
      const { phase, rows, bytes, percent } = last
      line.show(`${phase}, ${rows} rows, ${bytesText(bytes)}`, percent === null ? undefined : percent / 100)
    }
  } finally {
    line.end()
  }
  if (last === undefined || !isEnded(last)) throw new Error(`The snapshot ${id} is not told of any more.`)
  await writeItem(context.output, last)
  if (last.state !== 'done' && last.state !== 'skipped') throw new SnapshotFailed(last)
  context.note(
    last.state === 'skipped'
      ? 'Nothing had changed.'
      : `Version ${last.version}: ${last.rows} rows, ${bytesText(last.bytes)}`,
  )
}

export const diffVersions: Run = async (context, [name, version, other]) => {
  const numbers = [version, other].map((said) => {
    if (said !== undefined && !/^\d+$/.test(said))
      throw new UsageError(`${JSON.stringify(said)} is no number of a version.`)
    return said === undefined ? undefined : Number(said)
  })
  const diff = await (await context.headgate()).datasets.at(name!).diff(numbers[0]!, numbers[1])
  if (context.output.format !== 'table') return writeItem(context.output, diff)
  await writeItems(context.output, diff.changes, ['change', 'column', 'type', 'nativeType', 'from', 'to'])
  context.note(diff.same ? `The columns of ${diff.to} are those of ${diff.from}.` : `From ${diff.from} to ${diff.to}.`)
}

const endings: Readonly<Record<string, 'parquet' | 'csv' | 'ndjson' | 'zip'>> = {
  parquet: 'parquet',
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  zip: 'zip',
}

export const downloadDataset: Run = async (context, [name, file], options) => {
  const to = file ?? text(options, 'output')
  const ending = to === undefined ? undefined : endings[/\.(\w+)$/.exec(to)?.[1] ?? '']
  const said = text(options, 'as')
  if (said !== undefined && !(said in endings)) throw new UsageError('--as takes parquet, csv, ndjson or zip.')
  const format = said === undefined ? ending : endings[said]
  const version = whole(options, 'version')
  const asOf = text(options, 'asOf')
  const response = await (await context.headgate()).datasets.at(name!).download({
    ...(format && { format }),
    ...(version !== undefined && { version }),
    ...(asOf !== undefined && { asOf }),
  })
  if (file !== undefined && file !== '-') return saveFile(context, response, file)
  if (context.terminal.isOut && context.output.file === undefined && file !== '-') {
    const told = /filename="([^"/\\]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
    return saveFile(context, response, told ?? `${name}.${format ?? 'parquet'}`)
  }
  await writeBytes(context, response)
}

export const verifyDataset: Run = async (context, [name, version]) => {
  if (version !== undefined && !/^\d+$/.test(version))
    throw new UsageError(`${JSON.stringify(version)} is no number of a version.`)
  const found = await (await context.headgate()).datasets
    .at(name!)
    .verify(version === undefined ? undefined : Number(version))
  await writeItem(context.output, found)
  if (!found.ok) throw new Error(`Version ${found.version} is not what its manifest says.`)
}
