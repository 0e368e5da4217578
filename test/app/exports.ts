import { expect, it } from 'vitest'
import type { TestPostgres } from '../support/postgres.ts'
import { violations } from './looks.ts'
import type { App } from './open-app.ts'

export function exportsJourneys(app: () => App, server: () => TestPostgres): void {
  it('P19 lets an editor write a dataset to a table, cancel what waits, and read why an export failed', async () => {
    const { host, port, database, writer, sql } = server()
    await app().call('POST', '/v1/connectors', {
      name: 'results',
      title: 'Results (SQL)',
      kind: 'postgres',
      config: { host, port, database, user: writer.user, tls: 'disable' },
      credential: { password: writer.password },
      allowWrite: true,
    })
    await app().call('PUT', '/v1/members/exporting', { role: 'editor' })
    const { token } = await app().call<{ token: string }>('POST', '/v1/tokens', {
      name: 'of whom exports',
      member: 'exporting',
      scopes: ['read', 'run', 'write'],
    })
    const { page, wrongs, context } = await app().open('/exporters/new', {}, token)
    const choose = async (label: string, option: RegExp) => {
      await page.getByRole('button', { name: label }).click()
      await page.getByRole('option', { name: option }).click()
    }
    await choose('Connector', /^Results/)
    await page.getByRole('combobox', { name: 'Table' }).fill('board')
    await page.getByRole('textbox', { name: 'Name' }).fill('to-board')
    await page.getByRole('button', { name: 'Create' }).click()
    await page
      .getByText(/must be replace or append/)
      .first()
      .waitFor()
    await choose('What is in the table already', /^It goes/)
    await page.getByRole('button', { name: 'Create' }).click()
    await choose('Dataset', /^Experiments/)
    await page.getByRole('button', { name: 'Write it now' }).click()
    await page.getByText('2000 rows are in board.').waitFor()
    expect(await sql('SELECT count(*)::int AS n FROM board')).toEqual([{ n: 2000 }])

    await sql('BEGIN; LOCK TABLE board')
    await page.goto(`${app().origin}/datasets/experiments`)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByRole('menuitem', { name: 'to-board' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('list', { name: 'Phases' }).getByText('Cancelled').waitFor()
    await sql('COMMIT')

    await page.goto(`${app().origin}/exporters/to-board?tab=settings`)
    await page.getByRole('combobox', { name: 'Table' }).fill('nowhere')
    await choose('What is in the table already', /^It stays/)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The exporter is saved.').waitFor()
    await page.getByRole('tab', { name: 'Exports' }).click()
    await choose('Dataset', /^Experiments/)
    await page.getByRole('button', { name: 'Write it now' }).click()
    await page
      .getByRole('alert', { name: 'The export failed' })
      .getByText(/There is no table "nowhere"/)
      .waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'Exporter', exact: true }).click()
    await page.getByRole('row', { name: /failed There is no table/ }).waitFor()
    expect(await page.getByRole('row', { name: /(cancelled|done) [\d,]+/ }).count()).toBe(2)
    expect(await violations(page)).toEqual([])
    expect(wrongs).toEqual([])
    await context.close()
  })
}
