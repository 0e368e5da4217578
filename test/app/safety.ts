import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { App } from './open-app.ts'

/** Texts that would do something if they were taken for anything but text. */
const hostile = [
  '<img src=x onerror="alert(1)">',
  '"><script>alert(2)</script>',
  'javascript:alert(3)',
  '{{constructor.constructor("alert(4)")()}}',
  '__proto__',
  'constructor',
  '\u202Egnp.exe',
  '<svg onload=alert(5)>',
]

const rows = {
  columns: hostile.map((name) => ({ name, type: 'utf8', nativeType: name, nullable: true })),
  rows: hostile.map((text) => hostile.map((_, i) => (i % 2 === 0 ? text : null))),
  next: null,
}

export function safetyTests(app: () => App): void {
  it('shows hostile values, names and replies as the texts they are', async () => {
    const { page, wrongs, context } = await app().open('/device')
    const json = (value: unknown) => ({ status: 200, contentType: 'application/json', body: JSON.stringify(value) })
    await page.route('**/v1/sources/data-warehouse-sql/tables/*/rows*', (route) => route.fulfill(json(rows)))
    await page.route('**/v1/sources?*', (route) =>
      route.fulfill(
        json({
          items: hostile.map((title, i) => ({
            uid: `src_${i}`,
            name: i === 0 ? 'data-warehouse-sql' : title,
            title,
            kind: title,
            capabilities: ['tables', 'objects'],
            allowQuery: true,
          })),
          next: null,
        }),
      ),
    )
    await page.route('**/v1/sources/public-data-s3/objects?*', (route) =>
      route.fulfill(
        json({
          items: hostile.map((name) => ({ name, key: name, isFolder: false, size: 1, modified: null, etag: null })),
          next: null,
        }),
      ),
    )
    await page.goto(`${app().origin}/sources`)
    await page.getByRole('main').getByRole('link', { name: hostile[0]!, exact: true }).waitFor()
    await page.goto(`${app().origin}/sources/public-data-s3/files`)
    await page.getByRole('link', { name: hostile[1]!, exact: true }).waitFor()
    await page.goto(`${app().origin}/sources/data-warehouse-sql/tables/x`)
    const cell = page.getByRole('main').getByRole('gridcell').first()
    await cell.waitFor()
    expect(await cell.textContent()).toBe(hostile[0])
    await cell.click()
    expect(await page.getByRole('region', { name: 'The value in full' }).textContent()).toBe(hostile[0])
    await page.route('**/v1/sources/petstore/operations/findPetsByStatus', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill(json({ status: 200, headers: {}, body: JSON.parse(`[{"__proto__":"${'<b>'}","a":"<i>"}]`) }))
        : route.fallback(),
    )
    await page.goto(`${app().origin}/sources/petstore/operations?operation=findPetsByStatus`)
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByRole('main').getByRole('gridcell', { name: '<i>' }).waitFor()
    await page.route('**/v1/datasets?*', (route) =>
      route.fulfill({
        status: 502,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          code: hostile[0],
          title: hostile[1],
          detail: hostile[7],
          hint: hostile[0],
          status: 502,
          retry: 'never',
        }),
      }),
    )
    await page.goto(`${app().origin}/datasets`)
    await page.getByRole('alert').getByText(hostile[7]!).waitFor()
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('shows HTML and SVG of users as text, and a picture whose bytes are a page as no page', async () => {
    const page = '<script>alert(1)</script><svg xmlns="http://www.w3.org/2000/svg" onload="alert(2)"></svg>'
    for (const name of ['page.html', 'picture.svg', 'picture.png', 'paper.pdf'])
      await app().call('PUT', `/v1/objects/user/hostile/${name}`, Buffer.from(page))
    const opened = await app().open('/data')
    for (const name of ['page.html', 'picture.svg']) {
      await opened.page.goto(`${app().origin}/data?path=${encodeURIComponent(JSON.stringify(`hostile/${name}`))}`)
      await opened.page.getByText('<script>alert(1)</script>').waitFor()
    }
    for (const name of ['picture.png', 'paper.pdf']) {
      await opened.page.goto(`${app().origin}/data?path=${encodeURIComponent(JSON.stringify(`hostile/${name}`))}`)
      await opened.page.locator('.file-image, .file-frame').waitFor()
    }
    expect(opened.wrongs.filter((wrong) => !wrong.startsWith('policy: object-src'))).toEqual([])
    await opened.context.close()
  })

  it('keeps the token out of the address, and signs out whom the server does not know', async () => {
    const { page, context } = await app().open('/sources')
    await page.getByRole('main').getByRole('heading', { name: 'Sources' }).waitFor()
    expect(await page.evaluate(() => [location.hash, localStorage.length, document.cookie])).toEqual(['', 0, ''])
    await page.evaluate(() => sessionStorage.setItem('headgate.token', 'hg_pat_unknown'))
    await page.goto(`${app().origin}/datasets`)
    await page.getByRole('heading', { name: 'Sign in to Headgate' }).waitFor()
    expect(await page.getByRole('alertdialog').getByRole('alert').textContent()).toContain('does not know this token')
    await context.close()
  })

  it('loads at most 300 KiB of JavaScript, gzipped, for its first page, and 40 more for a table', async () => {
    const { page, context } = await app().open('/device')
    const loaded = new Map<string, number>()
    page.on('response', async (response) => {
      if (new URL(response.url()).pathname.endsWith('.js'))
        loaded.set(response.url(), gzipSync(await response.body().catch(() => '')).length)
    })
    const sum = () => [...loaded.values()].reduce((a, b) => a + b, 0) / 1024
    await page.goto(app().origin)
    await page.getByRole('main').getByRole('link', { name: 'Data Warehouse (SQL)' }).waitFor()
    const first = sum()
    expect(first).toBeGreaterThan(50)
    expect(first).toBeLessThan(300)
    await page.goto(`${app().origin}/sources/data-warehouse-sql/tables/movies`)
    await page.getByRole('main').getByRole('gridcell').first().waitFor()
    expect(sum() - first).toBeLessThan(40)
    await context.close()
  })
}
