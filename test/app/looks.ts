import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { App } from './open-app.ts'

/** Every route, each with something that is there once it has loaded. */
const routes: readonly (readonly [path: string, seen: string])[] = [
  ['/', 'main h1'],
  ['/sources', 'main .cards'],
  ['/sources/data-warehouse-sql/tables', 'main table'],
  ['/sources/data-warehouse-sql/tables/experiments?where=[["status","eq","failed"]]&order=["-experiment_id"]', '.cell'],
  ['/sources/data-warehouse-sql/query?sql=select%20null%20as%20a', '.cell'],
  ['/sources/public-data-s3/files', 'main table'],
  ['/sources/petstore/operations?operation=addPet', 'main form'],
  ['/connectors', 'main table'],
  ['/connectors/new?kind=openapi', 'main form'],
  ['/connectors/data-warehouse-sql', 'main form'],
  ['/datasources', 'main table'],
  ['/datasources/new?connector=data-warehouse-sql', 'main form'],
  ['/datasources/experiments', 'main table'],
  ['/datasources/experiments?tab=settings', 'main form'],
  ['/datasources/experiments?tab=schedule', 'main form'],
  ['/datasets', 'main table'],
  ['/datasets/experiments', '.cell'],
  ['/datasets/experiments?tab=versions', 'main table'],
  ['/exporters', 'main :is(table, .empty)'],
  ['/exporters/new', 'main :is(.input, .empty)'],
  ['/data', 'main .drop-zone'],
  ['/secrets', 'main form'],
  ['/tokens', 'main form'],
  ['/device', 'main form'],
  ['/members', 'main table'],
  ['/audit', 'main table'],
  ['/nowhere', 'main .empty'],
]

/** Colours alone differ between these: what else axe asks for is asked once. */
const modes = [
  ['dark', { colorScheme: 'dark', forcedColors: 'none' }],
  ['forced colours', { colorScheme: 'dark', forcedColors: 'active' }],
] as const

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds within `within`; by its rules for WCAG 2.2 AA, or by these alone. */
export async function violations(
  page: Page,
  rules: readonly string[] = [],
  within = 'html',
): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page }).include(within)
  const { violations } = await (rules.length > 0 ? axe.withRules([...rules]) : axe.withTags(tags)).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, target }) => `${id}: ${target} ${html.slice(0, 160)}`),
  )
}

export function looksTests(app: () => App): void {
  it('has no accessibility violation on any route, in light, dark and forced colours', async () => {
    const { page, wrongs, context } = await app().open('/')
    const found: string[] = []
    for (const [path, seen] of routes) {
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
      await page.goto(app().origin + path)
      await page.locator(seen).first().waitFor()
      await page.locator('main .skeleton').first().waitFor({ state: 'detached' })
      found.push(...(await violations(page)).map((violation) => `${path}: ${violation}`))
      for (const [name, looks] of modes) {
        await page.emulateMedia(looks)
        found.push(...(await violations(page, ['color-contrast'])).map((violation) => `${path}, ${name}: ${violation}`))
      }
    }
    expect(found).toEqual([])
    expect(wrongs).toEqual([])
    await context.close()
  }, 600_000)

  it('has none with a menu, a dialog, the palette or the panel open', async () => {
    const { page, wrongs, context } = await app().open('/sources/data-warehouse-sql/tables/movies')
    await page.getByRole('main').getByRole('gridcell').first().click()
    await page.getByRole('complementary').waitFor()
    const found = [...(await violations(page))]
    for (const [open, seen] of [
      [() => page.getByRole('columnheader').first().press('Enter'), '[role=menu]'],
      [() => page.getByRole('button', { name: 'Filter' }).first().click(), '.filter-form'],
      [() => page.getByRole('button', { name: 'Use in code' }).click(), '.program'],
      [() => page.keyboard.press('Control+k'), '.palette'],
    ] as const) {
      await open()
      await page.locator(seen).waitFor()
      // What is behind a dialog is hidden, landmarks and all: that alone is no fault.
      found.push(
        ...(await violations(page)).filter((violation) => !/^(landmark|page-has-heading|region)/.test(violation)),
      )
      await page.keyboard.press('Escape')
      await page.locator(seen).waitFor({ state: 'detached' })
    }
    expect(found).toEqual([])
    expect(wrongs).toEqual([])
    await context.close()
  }, 240_000)

  it('would find a violation', async () => {
    const { page, context } = await app().open('/device')
    await page.locator('main form').waitFor()
    await page.evaluate(() => document.querySelector('main')!.append(document.createElement('button')))
    expect((await violations(page)).join()).toContain('button-name')
    await context.close()
  })

  it('fits a narrow screen without scrolling sideways', async () => {
    const { page, wrongs, context } = await app().open('/sources', { viewport: { width: 360, height: 740 } })
    for (const [path, seen] of routes) {
      await page.goto(app().origin + path)
      await page.locator(seen).first().waitFor({ state: 'attached' })
      const [wide, shown] = await page.evaluate(() => [document.body.scrollWidth, innerWidth])
      expect(wide, path).toBeLessThanOrEqual(shown!)
    }
    expect(wrongs).toEqual([])
    await context.close()
  })
}
