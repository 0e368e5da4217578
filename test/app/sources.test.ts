import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, noBrowser, watchedPage } from '../support/browser.ts'
import { type Headgate, startHeadgate, temporaryFolder } from '../support/headgate.ts'

const name = noBrowser === undefined ? 'the Data App' : `the Data App (skipped: ${noBrowser})`

describe.skipIf(noBrowser !== undefined)(name, async () => {
  const folder = await temporaryFolder()
  let headgate: Headgate
  let here: Awaited<ReturnType<Headgate['ready']>>
  let browser: Browser
  beforeAll(async () => {
    headgate = startHeadgate({ args: ['--port', '0', '--data', folder.path] })
    ;[here, browser] = await Promise.all([headgate.ready(), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    headgate?.child.kill('SIGINT')
    await headgate?.ended()
    await folder.remove()
  })

  it('E11 signs in by the printed link, lists sources and shows the rows of a table', async () => {
    const { page, wrongs, context } = await watchedPage(browser)
    await page.goto(`${here.origin}/#token=${here.token}`)
    expect(page.url()).toBe(`${here.origin}/`)
    await page.getByRole('main').getByRole('link', { name: 'Data Warehouse (SQL)' }).click()
    await page.getByRole('link', { name: 'experiments', exact: true }).click()
    const grid = page.getByRole('grid', { name: 'Rows of experiments' })
    await grid.getByRole('gridcell').first().waitFor()
    expect(await grid.getByRole('columnheader').first().textContent()).toContain('experiment_id')
    expect(await grid.getByRole('row').count()).toBeGreaterThan(10)
    expect(wrongs).toEqual([])
    await context.close()
  })
})
