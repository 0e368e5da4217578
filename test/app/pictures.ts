import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/code.ts'
import type { App } from './open-app.ts'

const folder = join(root, 'docs/images')
const isAsked = process.env.HEADGATE_PICTURES === 'write'

/** The pictures of the documents, written anew where `HEADGATE_PICTURES=write` asks for it. */
export function pictures(app: () => App): void {
  it('looks as the documents show it', async () => {
    const { page, wrongs, context } = await app().open('/', { viewport: { width: 1180, height: 720 } })
    const picture = async (name: string) => {
      await page.evaluate(() => document.fonts.ready)
      if (isAsked) await page.screenshot({ path: join(folder, `${name}.png`) })
    }
    if (isAsked) await mkdir(folder, { recursive: true })
    await page.goto(
      `${app().origin}/sources/data-warehouse-sql/tables/experiments?where=[["status","eq","completed"]]&select=["experiment_id","title","status","scientist","temperature_c","yield_percent","started"]`,
    )
    await page.getByRole('main').getByRole('gridcell').nth(8).click()
    await page.getByRole('complementary', { name: /^Value of/ }).waitFor()
    await picture('table')
    await app().call('POST', '/v1/datasources', {
      name: 'measurements',
      title: 'Measurements of every batch',
      connector: 'data-warehouse-sql',
      selection: { table: 'batchresults' },
    })
    const { id } = await app().call<{ id: string }>('POST', '/v1/datasources/measurements/snapshots', {})
    await page.goto(`${app().origin}/snapshots/${id}`)
    await page.getByRole('link', { name: 'Open version 1' }).waitFor()
    await picture('snapshot')
    expect(wrongs).toEqual([])
    await context.close()
  })
}
