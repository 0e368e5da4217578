import { type BodyOf, type Export, ExportFailed } from '../../clients/typescript/index.ts'
import { type Options, type Run, text, whole } from '../command.ts'
import type { Context } from '../context.ts'
import { writeItem } from '../output.ts'
import { bytesText } from '../progress.ts'

type Said = BodyOf<'updateExporter'>

export const createExporter: Run = async (context, [name, connector], options) => {
  const body = { ...exporterOf(options), name: name!, connector: connector! }
  await writeItem(context.output, await (await context.headgate()).exporters.create(body as BodyOf<'createExporter'>))
}

export const updateExporter: Run = async (context, [name], options) => {
  const connector = text(options, 'connector')
  const change = { ...exporterOf(options), ...(connector !== undefined && { connector }) }
  await writeItem(context.output, await (await context.headgate()).exporters.update(name!, change))
}

function exporterOf(options: Options): Said {
  const said = Object.fromEntries(
    ['title', 'path', 'table', 'mode'].flatMap((field) => {
      const value = text(options, field)
      return value === undefined ? [] : [[field, value]]
    }),
  )
  const format = text(options, 'as')
  return { ...said, ...(format !== undefined && { format: format as never }) }
}

export const runExporter: Run = async (context, [exporter, dataset], options) => {
  const version = whole(options, 'version')
  const format = text(options, 'as')
  const begun = await (await context.headgate()).exporters.run(exporter!, {
    dataset: dataset!,
    ...(version !== undefined && { version }),
    ...(format !== undefined && { format: format as never }),
  })
  if (options.wait === false) return writeItem(context.output, begun)
  await watch(context, begun.id)
}

export const watchExport: Run = async (context, [id]) => watch(context, id!)

/** Draws how far it is on standard error; its end is the output, and the exit code. */
async function watch(context: Context, id: string): Promise<void> {
  const headgate = await context.headgate()
  const line = context.progress()
  const show = ({ phase, rows, bytes, percent }: Export) =>
    line.show(`${phase}, ${rows} rows, ${bytesText(bytes)}`, percent === null ? undefined : percent / 100)
  try {
    const record = await headgate.exports.wait(id, show).finally(() => line.end())
    await writeItem(context.output, record)
    context.note(record.log.at(-1)?.message ?? '')
  } catch (thrown) {
    if (thrown instanceof ExportFailed) await writeItem(context.output, thrown.record as never)
    throw thrown
  }
}
