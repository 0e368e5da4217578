import { expect, it } from 'vitest'
import { focused, goTo, press, use } from './keyboard.ts'
import type { App } from './open-app.ts'

export function sourcesJourneys(app: () => App): void {
  it('E11 leads from the printed link to the rows of a table by keyboard alone', async () => {
    const { page, wrongs, context } = await app().open('/')
    await page.getByRole('main').getByRole('link', { name: 'Data Warehouse (SQL)' }).waitFor()
    expect(page.url()).toBe(`${app().origin}/`)
    await use(page, /^a Data Warehouse/)
    await page.getByRole('link', { name: 'experiments', exact: true }).waitFor()
    await use(page, 'a experiments')
    const grid = page.getByRole('grid', { name: 'Rows of experiments' })
    await grid.getByRole('gridcell').first().waitFor()
    await goTo(page, 'columnheader experiment_id')
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowRight')
    expect(await grid.locator(':focus').getAttribute('aria-colindex')).toBe('2')
    await press(page, 'Home', 'PageDown')
    expect(Number(await page.locator('[role=row]:has(:focus)').getAttribute('aria-rowindex'))).toBeGreaterThan(10)
    await press(page, 'Control+End')
    await expect
      .poll(() => grid.locator(':focus').getAttribute('aria-colindex'))
      .toBe(await grid.getAttribute('aria-colcount'))
    await press(page, 'Enter')
    await page.getByRole('complementary', { name: /^Value of/ }).waitFor()
    await press(page, 'Control+Home', 'ArrowUp')
    await expect.poll(() => focused(page)).toContain('columnheader experiment_id')
    await press(page, 'Enter')
    await page.getByRole('menuitem', { name: 'Sort descending' }).waitFor()
    await press(page, 'ArrowDown', 'Enter')
    await expect.poll(() => page.url()).toContain('order=')
    await expect.poll(() => grid.getByRole('gridcell').first().textContent()).toBe('2000')
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('moves the focus of the grid where a key leads, also between what it draws and what it does after', async () => {
    const { page, wrongs, context } = await app().open('/sources/data-warehouse-sql/tables/experiments')
    const cell = page.getByRole('grid', { name: 'Rows of experiments' }).locator('[data-at="0:0"]')
    await cell.waitFor()
    // while the sidebar, the heads and the statistics come, the grid is drawn anew by what is not meant here
    await page.waitForLoadState('networkidle')
    await cell.focus()
    await page.evaluate(() => {
      const drawn = new MutationObserver(() => {
        drawn.disconnect()
        const key = new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true })
        document.activeElement!.dispatchEvent(key)
      })
      drawn.observe(document.querySelector('.grid-body')!, { childList: true })
    })
    await page.setViewportSize({ width: 1360, height: 1200 })
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-at'))).toBe('1:0')
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('keeps filter, order and columns in the address, pushes them down, and tells NULL from empty', async () => {
    const { page, wrongs, context } = await app().open(
      '/sources/data-warehouse-sql/tables/movies?select=["title","director"]',
    )
    const asked: string[] = []
    page.on('request', (request) => asked.push(decodeURIComponent(request.url())))
    await page.getByRole('main').getByRole('gridcell').first().waitFor()
    await page
      .getByRole('columnheader', { name: /^director/ })
      .getByRole('button', { name: '% null' })
      .click()
    await page.getByText('director is NULL', { exact: true }).waitFor()
    await expect.poll(() => asked.some((url) => url.includes('where=["director","is-null"]'))).toBe(true)
    await expect.poll(() => page.getByText('NULL', { exact: true }).count()).toBeGreaterThan(5)
    await page.reload()
    await page.getByText('director is NULL', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Remove: director is NULL' }).click()
    await expect.poll(() => page.url()).not.toContain('where')
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('finds a table by the palette', async () => {
    const { page, wrongs, context } = await app().open('/')
    await page.getByRole('main').getByRole('heading', { name: 'Overview' }).waitFor()
    await press(page, 'Control+k')
    await page.getByRole('dialog', { name: 'Find anything' }).waitFor()
    await page.keyboard.type('weather')
    await page.getByRole('menuitem', { name: /^weather data-warehouse/ }).waitFor()
    for (let tries = 0; tries < 5; tries++) {
      const isThere = await page.locator('[role=menuitem][data-focused]', { hasText: 'data-warehouse-sql' }).count()
      if (isThere > 0) break
      await press(page, 'ArrowDown')
    }
    await press(page, 'Enter')
    await page.waitForURL('**/sources/data-warehouse-sql/tables/weather')
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('opens the tree of sources by arrow keys', async () => {
    const { page, wrongs, context } = await app().open('/')
    await page.getByRole('treegrid', { name: 'Sources' }).waitFor()
    await goTo(page, 'row Data Warehouse (SQL)')
    await press(page, 'ArrowRight')
    await page.getByRole('row', { name: 'batchresults' }).waitFor()
    await press(page, 'ArrowDown', 'Enter')
    await page.waitForURL('**/sources/data-warehouse-sql/tables/batchresults')
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('shows folders, and files as tables, text and pictures', async () => {
    const { page, wrongs, context } = await app().open('/sources/public-data-s3/files')
    const { items } = await app().call<{ items: { key: string; isFolder: boolean }[] }>(
      'GET',
      '/v1/sources/public-data-s3/objects?limit=1000',
    )
    for (const [ending, seen] of [
      ['.csv', 'grid'],
      ['.png', 'img'],
      ['.json', 'region'],
    ] as const) {
      const found = items.find(({ key }) => key.endsWith(ending))
      if (found === undefined) continue
      await page.goto(
        `${app().origin}/sources/public-data-s3/files?path=${encodeURIComponent(JSON.stringify(found.key))}`,
      )
      await page.getByRole('main').getByRole(seen).first().waitFor()
    }
    expect(items.length).toBeGreaterThan(3)
    await page.goto(`${app().origin}/sources/public-data-s3/files?path=csv/`)
    const loaded: string[] = []
    page.on('download', (download) => loaded.push(download.suggestedFilename()))
    const ticks = page.getByRole('checkbox', { name: /^Choose .*\.csv$/ })
    await ticks.first().waitFor()
    for (const i of [0, 1]) await ticks.nth(i).click({ force: true })
    await page.getByRole('button', { name: 'Download 2 files' }).click()
    await expect.poll(() => loaded.length).toBe(2)
    await page.getByRole('link', { name: 'Keep snapshots of them' }).click()
    const pattern = await page.getByRole('textbox', { name: 'Glob' }).inputValue()
    for (const name of loaded) expect(pattern).toContain(name)
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('E21 runs an operation of an API by keyboard, and shows the list that it answers as a table', async () => {
    const { page, wrongs, context } = await app().open('/sources/petstore')
    await page.getByRole('link', { name: /findPetsByStatus/ }).waitFor()
    await goTo(page, 'findPetsByStatus')
    await press(page, 'Enter')
    await page.getByRole('button', { name: 'Run' }).waitFor()
    await goTo(page, 'Run')
    await press(page, 'Enter')
    await page.getByRole('grid', { name: 'Rows of the answer' }).waitFor()
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('runs a query where the connector allows it, and keeps it in the address', async () => {
    const { page, wrongs, context } = await app().open('/sources/data-warehouse-sql/query')
    await page.getByLabel('SQL that reads').waitFor()
    await use(page, 'textarea', "select 1 as one, null as none, '' as empty")
    await press(page, 'Control+Enter')
    await page.getByRole('grid', { name: 'Rows of the query' }).waitFor()
    expect(await page.getByRole('main').getByRole('gridcell').allTextContents()).toEqual(['1', 'NULL', '(empty)'])
    expect(page.url()).toContain('sql=')
    await page.getByLabel('SQL that reads').fill('select nothing from nowhere')
    await page.getByRole('button', { name: 'Run' }).click()
    const problem = page.getByRole('alert')
    await problem.waitFor()
    expect(await problem.textContent()).toMatch(/nowhere.*request/s)
    expect(wrongs).toEqual([])
    await context.close()
  })
}
