import { expect, it } from 'vitest'
import { goTo, press } from './keyboard.ts'
import type { App } from './open-app.ts'

const pageRows = 50_000
const pages = 20

export function millionRowsTests(app: () => App): void {
  it('stays a grid at a million rows: every row has its place, few are in the document, all can be reached by keyboard', async () => {
    const { page, wrongs, context } = await app().open('/device')
    const columns = Array.from({ length: 12 }, (_, i) => ({
      name: `column_${i}`,
      type: 'int64',
      nativeType: 'bigint',
      nullable: false,
    }))
    await page.route('**/v1/sources/data-warehouse-sql/tables/*/rows*', (route) => {
      const cursor = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
      const rows = Array.from({ length: pageRows }, (_, row) =>
        columns.map((_, i) => String(cursor * pageRows + row * 20 + i)),
      )
      const next = cursor + 1 < pages ? String(cursor + 1) : null
      void route.fulfill({
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify({ columns, rows, next }),
      })
    })
    await page.goto(`${app().origin}/sources/data-warehouse-sql/tables/big`)
    const grid = page.getByRole('grid', { name: 'Rows of big' })
    await grid.getByRole('gridcell').first().waitFor()
    expect(await grid.getAttribute('aria-rowcount')).toBe('-1')
    await goTo(page, 'columnheader column_0')
    const row = async () => Number(await page.locator('[role=row]:has(:focus)').getAttribute('aria-rowindex'))
    await expect
      .poll(
        async () => {
          await press(page, 'Control+End')
          return page.getByText(/^1,000,000 rows/).count()
        },
        { timeout: 150_000, interval: 100 },
      )
      .toBe(1)
    await expect.poll(async () => [await press(page, 'Control+End'), await row()][1]).toBe(1_000_001)
    expect(await grid.getAttribute('aria-rowcount')).toBe('1000001')
    expect(await grid.locator(':focus').getAttribute('aria-colindex')).toBe('12')
    expect(await grid.locator('*').count()).toBeLessThan(2500)
    await press(page, 'Control+Home')
    await expect.poll(row).toBe(2)
    await expect.poll(() => grid.locator(':focus').textContent()).toBe('0')
    expect(wrongs).toEqual([])
    await context.close()
  }, 240_000)
}
