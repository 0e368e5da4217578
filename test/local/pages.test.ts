import { readdirSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../local/markdown.ts'
import { createPages } from '../../local/pages.ts'
import { openStores } from '../../local/world.ts'
import type { Reply } from '../../shared/api/perform.ts'
import { faults } from '../../shared/domain/faults.ts'
import { root } from '../support/code.ts'
import { temporaryFolder } from '../support/headgate.ts'

const folder = await temporaryFolder()
const origin = 'http://127.0.0.1:1'
const stores = await openStores(
  { path: folder.path, at: (...parts) => join(folder.path, ...parts), release() {} },
  origin,
)
const pages = await createPages(stores, {
  answer: async (path) => (path.startsWith('/assets/') ? undefined : { status: 200, headers: {}, body: 'the app' }),
})
afterAll(async () => {
  stores.close()
  await folder.remove()
})

const get = async (target: string, headers: Record<string, string> = {}, method = 'GET') =>
  (await pages({ method, headers } as IncomingMessage, new URL(target, origin))) as Reply
const textOf = async ({ body }: Reply) =>
  typeof body === 'string' ? body : Buffer.concat(await Array.fromAsync(body)).toString()

describe('the API reference', () => {
  it('is made of our own files alone, none of them inline', async () => {
    const { status, headers, body } = await get('/reference')
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:/)
    expect(body).not.toMatch(/<script>|<style|style=|\son\w+=|https?:\/\//)
  })

  it('has every file that it refers to, and no file that it does not serve', async () => {
    const files = readdirSync(join(root, 'local/reference'))
    for (const name of files.filter((name) => name !== 'index.html')) {
      const reply = await get(`/reference/${name}`)
      expect(reply?.status, name).toBe(200)
      for (const [, to] of ((await textOf(reply)) as string).matchAll(/from '\.\/([^']+)'/g))
        expect(files).toContain(to)
    }
    for (const [, to] of ((await textOf(await get('/reference'))) as string).matchAll(
      /(?:src|href)="\/reference\/([^"]+)"/g,
    ))
      expect(files).toContain(to)
  })

  it('leaves other paths to others, and takes no other method', async () => {
    for (const path of ['/reference/main.ts', '/reference/', '/docs/x', '/v1/x', '/assets/x.js'])
      expect(await get(path), path).toBeUndefined()
    for (const path of ['/', '/sources/a/tables/b', '/references']) expect((await get(path)).body, path).toBe('the app')
    expect((await get('/', {}, 'HEAD')).body).toBe('')
    await expect(get('/reference', {}, 'POST')).rejects.toMatchObject({
      code: 'method-not-allowed',
      headers: { allow: 'GET, HEAD' },
    })
  })
})

describe('the page of problems', () => {
  it('has the heading that the type of every problem links to', async () => {
    const html = await textOf(await get('/docs/problems'))
    for (const code of Object.keys(faults)) expect(html).toContain(`id="${code}"`)
  })

  it('is text wherever Markdown would let HTML through', () => {
    const html = renderMarkdown(
      '# a <b>\n\nx <script>alert(1)</script> `<i>` [y](javascript:alert) [z](https://a.b/?c="d)',
    )
    expect(html).toBe(
      '<h1 id="a-b">a &lt;b&gt;</h1>\n<p>x &lt;script&gt;alert(1)&lt;/script&gt; <code>&lt;i&gt;</code> [y](javascript:alert) <a href="https://a.b/?c=&quot;d">z</a></p>',
    )
  })

  it('knows lists, tables, code and links', () => {
    const html = renderMarkdown(
      '- a\n  b\n- [c](/d)\n\n404. No **such** thing\n\n| a | b |\n|---|---|\n| 1 | `x` |\n\n```\n# <x>\n\ny\n```\n\nend',
    )
    expect(html).toBe(
      [
        '<ul><li>a b</li><li><a href="/d">c</a></li></ul>',
        '<ol start="404"><li>No <strong>such</strong> thing</li></ol>',
        '<div class="wide" tabindex="0"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td><code>x</code></td></tr></tbody></table></div>',
        '<pre tabindex="0"><code># &lt;x&gt;\n\ny</code></pre>',
        '<p>end</p>',
      ].join('\n'),
    )
  })
})

describe('a link to an object', () => {
  const link = async () => {
    await stores.objects.put('a/b.txt', Buffer.from('0123456789'))
    return stores.objects.link('a/b.txt', { seconds: 60, filename: 'ten digits.txt' })
  }

  it('gives the bytes as an attachment, to who holds it alone', async () => {
    const url = await link()
    const reply = await get(url)
    expect(await textOf(reply)).toBe('0123456789')
    expect(reply.headers).toMatchObject({ 'content-length': '10', 'content-type': 'application/octet-stream' })
    expect(reply.headers['content-disposition']).toContain('attachment; filename="ten digits.txt"')
    await expect(get(url.replace('b.txt', 'c.txt'))).rejects.toThrow('forbidden')
    await expect(get('/links')).rejects.toThrow('forbidden')
  })

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=5-500', 206, '56789', 'bytes 5-9/10'],
    ['bytes=-500', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=3-1', 200, '0123456789', undefined],
    ['bytes=0-1,4-5', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
  ])('takes the range %s', async (range, status, text, contentRange) => {
    const reply = await get(await link(), { range })
    expect([reply.status, await textOf(reply), reply.headers['content-range']]).toEqual([status, text, contentRange])
  })

  it('refuses a range outside it, and tells its head without its bytes', async () => {
    const url = await link()
    await expect(get(url, { range: 'bytes=10-' })).rejects.toMatchObject({
      code: 'range-not-satisfiable',
      headers: { 'content-range': 'bytes */10' },
    })
    await expect(get(url, { range: 'bytes=-0' })).rejects.toThrow('range-not-satisfiable')
    const head = await get(url, {}, 'HEAD')
    expect([head.headers['content-length'], head.body]).toEqual(['10', ''])
  })
})
