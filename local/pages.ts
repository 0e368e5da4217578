import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Reply } from '../shared/api/perform.ts'
import { methodNotAllowed } from '../shared/api/route.ts'
import type { DataApp } from './data-app.ts'
import { answerLink } from './links.ts'
import { renderMarkdown } from './markdown.ts'
import { linkPath, type Stores, uploadPath } from './world.ts'

type Page = (request: IncomingMessage, url: URL) => Promise<Reply | undefined>

/** Of the API reference: everything is our own, no inline script or style, no other site, no frame around it. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' } as const

/** By path: the API reference and its parts. */
const files: Readonly<Record<string, string>> = {
  '/reference': 'index.html',
  '/reference/reference.css': 'reference.css',
  '/reference/reference.js': 'reference.js',
  '/reference/describe.js': 'describe.js',
  '/reference/dom.js': 'dom.js',
  '/reference/reply.js': 'reply.js',
  '/reference/request.js': 'request.js',
  '/reference/schema.js': 'schema.js',
  '/reference/try-it.js': 'try-it.js',
  '/reference/icon.svg': 'icon.svg',
}

/** Paths below which the Data App has no page. */
const ours = /^\/(v1|reference|docs)(\/|$)/

/** What lies outside `/v1/`: the API reference, the problems' page, links to objects, and for the rest the Data App. */
export async function createPages(stores: Stores, app: Pick<DataApp, 'answer'>): Promise<Page> {
  const loaded = new Map<string, Reply>()
  for (const [path, name] of Object.entries(files)) {
    const body = await readFile(join(import.meta.dirname, 'reference', name), 'utf8')
    loaded.set(path, page(body, types[name.split('.').at(-1) as keyof typeof types]))
  }
  loaded.set('/docs/problems', page(await problemsPage(), 'text/html'))
  return async (request, url) => {
    if (url.pathname === uploadPath && request.method === 'PUT') return takePart(stores, request, url)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead) throw methodNotAllowed(request.method ?? '', url.pathname, ['GET', 'HEAD'])
    if (url.pathname === linkPath) return answerLink(stores, request, url)
    if (ours.test(url.pathname)) return loaded.get(url.pathname)
    const reply = await app.answer(url.pathname)
    return reply && request.method === 'HEAD' ? { ...reply, body: '' } : reply
  }
}

async function takePart({ uploads }: Stores, request: IncomingMessage, url: URL): Promise<Reply> {
  const etag = await uploads.receive(url.searchParams, request)
  return { status: 200, headers: { etag: `"${etag}"` }, body: '' }
}

const page = (body: string, type: string): Reply => ({
  status: 200,
  headers: { ...headers, 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' },
  body,
})

async function problemsPage(): Promise<string> {
  const markdown = await readFile(join(import.meta.dirname, '../docs/problems.md'), 'utf8')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Problems · Headgate</title>
<link rel="stylesheet" href="/reference/reference.css">
<link rel="icon" href="/reference/icon.svg">
<body class="text">
<p><a href="/">Headgate</a> · <a href="/reference">API reference</a></p>
${renderMarkdown(markdown)}
</body>
</html>
`
}
