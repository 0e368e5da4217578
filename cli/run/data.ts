import { createWriteStream, openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Headgate } from '../../clients/typescript/index.ts'
import { type Options, type Run, text, UsageError, whole } from '../command.ts'
import type { Context } from '../context.ts'
import { writeItems } from '../output.ts'
import { splitPlace } from '../place.ts'
import { bytesText } from '../progress.ts'
import { openFile, saveFile, showing, writeBytes } from '../transfer.ts'
import { rangeOf } from './sources.ts'

function scopeOf({ env }: Context, options: Options): string {
  const pipeline = text(options, 'pipeline') ?? env.HEADGATE_PIPELINE
  return pipeline ? `pipelines/${pipeline}` : 'user'
}

/** The path of an object; slashes before a name are dropped. */
function pathOf(context: Context, options: Options, name: string): string {
  const bare = name.replace(/^\/+/, '')
  if (bare === '') throw new UsageError('The name is empty.')
  return `${scopeOf(context, options)}/${bare}`
}

export const put: Run = async (context, [name, file], options) => {
  await upload(context, pathOf(context, options, name!), file!, options)
}

async function upload(context: Context, path: string, file: string, options: Options = {}): Promise<void> {
  context.nameBody(file)
  const blob = await openFile(file)
  await send(context, await context.headgate(), path, blob, options)
  context.note(`${path}: ${bytesText(blob.size)}`)
}

async function send(context: Context, headgate: Headgate, path: string, blob: Blob, options: Options) {
  const line = context.progress()
  let begun: string | undefined
  try {
    await headgate.uploads.send(path, blob, {
      onProgress: showing(line, path),
      onBegin: (id) => {
        begun = id
      },
      ifAbsent: options.ifAbsent === true,
      keepOlder: options.keepOlder === true,
      ...(text(options, 'resume') !== undefined && { resume: text(options, 'resume')! }),
    })
  } catch (thrown) {
    line.end()
    if (begun !== undefined) context.note(`What has arrived stays for two days: go on with --resume ${begun}`)
    throw thrown
  } finally {
    line.end()
  }
}

/** Standard input may be larger than memory: it is kept in a file of its own until it has arrived. */
export const puts: Run = async (context, [name], options) => {
  const path = pathOf(context, options, name!)
  if (options.printCurl === true || options.printPython === true) {
    context.nameBody('-')
    return send(context, await context.headgate(), path, new Blob([]), options)
  }
  const folder = await mkdtemp(join(tmpdir(), 'headgate-puts-'))
  try {
    const file = join(folder, 'bytes')
    await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }), { signal: context.signal })
    await send(context, await context.headgate(), path, await openAsBlob(file), options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const get: Run = async (context, [name, file], options) => {
  await saveFile(context, await (await context.headgate()).objects.open(pathOf(context, options, name!)), file!)
}

export const gets: Run = async (context, [name], options) => {
  const range = rangeOf(text(options, 'range'))
  const window = range ? { begin: range[0], end: range[1] } : {}
  await writeBytes(context, await (await context.headgate()).objects.open(pathOf(context, options, name!), window))
}

export const listObjects: Run = async (context, [prefix = ''], options) => {
  const input = { prefix: prefix.replace(/^\/+/, ''), ...(options.folders === true && { delimiter: '/' as const }) }
  const items = (await context.headgate()).objects.list(scopeOf(context, options), input)
  await writeItems(context.output, items, ['name', 'size', 'modified'])
}

export const size: Run = async (context, [name], options) => {
  const { size } = await (await context.headgate()).objects.head(pathOf(context, options, name!))
  await context.output.write(`${size}\n`)
}

export const exists: Run = async (context, [name], options) => {
  await context.output.write(`${await (await context.headgate()).objects.exists(pathOf(context, options, name!))}\n`)
}

export const url: Run = async (context, [name], options) => {
  const path = pathOf(context, options, name!)
  if (options.link === true) {
    const { url } = await (await context.headgate()).objects.link(path, whole(options, 'seconds'))
    return context.output.write(`${url}\n`)
  }
  const at = options.full === true ? (await context.place()).url.value!.replace(/\/+$/, '') : ''
  await context.output.write(`${at}/v1/objects/${path.split('/').map(encodeURIComponent).join('/')}\n`)
}

export const remove: Run = async (context, [name], options) => {
  const path = pathOf(context, options, name!)
  await (await context.headgate()).objects.delete(path, { recursive: options.recursive === true })
  context.note(`Deleted: ${path}`)
}

export const copy: Run = async (context, [from, to], options) => {
  const [source, target] = [from!, to!].map((name) => pathOf(context, options, name))
  const more = { move: options.move === true, recursive: options.recursive === true }
  const { objects } = await (await context.headgate()).objects.copy(source!, target!, more)
  context.note(`${objects} copied`)
}

const prefix = 'headgate://'
const isOwn = (path: string) => /^(user|pipelines\/[^/]+)\/./.test(path)

/** Between here and there, or there and there. */
export const cp: Run = async (context, [from, to]) => {
  const [source, target] = [from!, to!].map((said) => (said.startsWith(prefix) ? said.slice(prefix.length) : undefined))
  if (source === undefined && target === undefined)
    throw new UsageError(`One of the two is ${prefix}…`, 'Files of this machine are copied by `cp`.')
  if (target !== undefined && !isOwn(target))
    throw new UsageError(
      `${to} is nothing that is written to.`,
      `Write to ${prefix}user/… or ${prefix}pipelines/<id>/…`,
    )
  if (source === undefined) return upload(context, target!, from!)
  const headgate = await context.headgate()
  if (target === undefined) {
    const [at, key] = isOwn(source) ? [undefined, source] : splitPlace(source, 'path')
    const response =
      at === undefined ? await headgate.objects.open(key) : await headgate.sources.at(at).object(key).open()
    if (to === '-') return writeBytes(context, response)
    return saveFile(context, response, to!.endsWith('/') ? `${to}${basename(key)}` : to!)
  }
  if (!isOwn(source))
    throw new UsageError(
      'A file of a source is copied here first.',
      `headgate cp ${from} file && headgate cp file ${to}`,
    )
  await headgate.objects.copy(source, target)
}
