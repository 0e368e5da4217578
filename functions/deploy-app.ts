import { readdir, readFile } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'
import type { CloudFormationCustomResourceEvent as Event } from 'aws-lambda'
import { describeError } from './describe-error.ts'
import { log } from './log.ts'
import { appFiles } from './world/app-files.ts'

/** Where the files of the Data App lie: beside the built function. */
const folder = join(import.meta.dirname, 'app')

/** A browser that opened the page before the last deployment may still ask for the files of then. */
const oldAfterMs = 24 * 60 * 60_000

/**
 * Puts the Data App's files into its bucket, for CloudFormation: the page last, so that it never names what is not
 * there, and what no page names any more is deleted a day later. Where the stack goes, the bucket is emptied.
 */
export const handler = async (event: Event): Promise<void> => {
  try {
    if (event.RequestType === 'Delete') await keepOnly(new Set(), Date.now())
    else await putAll(String(event.ResourceProperties.app))
    await answer(event, 'SUCCESS')
  } catch (thrown) {
    log('error', 'The Data App could not be put into place', { cause: describeError(thrown) })
    await answer(event, 'FAILED')
  }
}

async function putAll(appJson: string): Promise<void> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) =>
      posix.normalize(
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll(sep, '/'),
      ),
    )
  if (!names.includes('index.html')) throw new Error('The build of the Data App has no index.html.')
  const files = appFiles()
  const put = async (name: string) => files.put(name, await readFile(join(folder, name)), headersOf(name))
  for (const name of names.filter((name) => name !== 'index.html')) await put(name)
  await files.put('app.json', Buffer.from(appJson), headersOf('app.json'))
  await put('index.html')
  await keepOnly(new Set([...names, 'app.json']), Date.now() - oldAfterMs)
}

async function keepOnly(names: ReadonlySet<string>, before: number): Promise<void> {
  const files = appFiles()
  for await (const { name, modified } of files.list())
    if (!names.has(name) && modified <= before) await files.delete(name)
}

/** Names in `assets/` hold a hash of what is in them, and never change. */
export function headersOf(name: string): { readonly type: string; readonly cache: string } {
  const ending = name.split('.').at(-1)!.toLowerCase()
  const type = types[ending as keyof typeof types] ?? 'application/octet-stream'
  return { type, cache: name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' }
}

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
} as const

/** CloudFormation waits for this and for nothing else. */
async function answer(event: Event, Status: 'SUCCESS' | 'FAILED'): Promise<void> {
  const body = JSON.stringify({
    Status,
    Reason: 'The log of the function says why.',
    PhysicalResourceId: 'app',
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  })
  // The address is signed for a request without a content type.
  const { ok, status } = await fetch(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body })
  if (!ok) throw new Error(`CloudFormation refused the answer: ${status}.`)
}
