import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Locator, Page, Route } from 'playwright-core'
import { expect, it } from 'vitest'
import { goTo, press, use } from './keyboard.ts'
import { violations } from './looks.ts'
import type { App } from './open-app.ts'

/** Drops a file of this machine, as from a window beside the browser. */
async function drop(page: Page, at: Locator, file: string): Promise<void> {
  const { x, y, width, height } = (await at.boundingBox())!
  const devtools = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', {
      type,
      x: x + width / 2,
      y: y + height / 2,
      data: { items: [], files: [file], dragOperationsMask: 1 },
    })
}

export function recordsJourneys(app: () => App): void {
  it('makes a datasource of the table on screen, takes a snapshot of it and opens the version, by keyboard', async () => {
    const { page, wrongs, context } = await app().open('/sources/data-warehouse-sql/tables/formulations')
    await page.getByRole('main').getByRole('gridcell').first().waitFor()
    await use(page, 'a Keep snapshots')
    await page.getByRole('heading', { name: 'New datasource' }).waitFor()
    await goTo(page, 'button Create')
    await press(page, 'Enter')
    await page.getByRole('link', { name: 'Open version 1' }).waitFor()
    await use(page, 'a Open version 1')
    await page.getByRole('grid', { name: 'Rows of formulations, version 1' }).waitFor()
    await page.getByText('charts: of all rows').waitFor()
    expect(await page.getByRole('main').textContent()).toContain('200 rows')
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('lets an editor say by the source’s own form what is copied, and how what is new', async () => {
    await app().call('PUT', '/v1/members/maker', { role: 'editor' })
    const { token } = await app().call<{ token: string }>('POST', '/v1/tokens', {
      name: 'of an editor',
      member: 'maker',
      scopes: ['read', 'run', 'write'],
    })
    const { page, wrongs, context } = await app().open('/datasources/new?connector=data-warehouse-sql', {}, token)
    await page.getByRole('textbox', { name: 'Name' }).fill('merged')
    await page.getByRole('combobox', { name: 'Table' }).fill('experiments')
    for (const column of ['experiment_id', 'status', 'started'])
      await page.getByRole('group', { name: 'Columns' }).getByText(column, { exact: true }).click()
    const choose = async (label: string, option: RegExp) => {
      await page.getByRole('button', { name: label }).click()
      await page.getByRole('option', { name: option }).click()
    }
    const first = page.getByRole('group', { name: 'Condition 1' })
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await first.getByLabel('Value').fill('twelve')
    await first.getByText('must be written as 42').waitFor()
    await first.getByLabel('Value').fill('12')
    await choose('= Condition', /^>$/)
    await page.getByRole('button', { name: 'Add a condition' }).click()
    expect(await violations(page, [], '.rows-field')).toEqual([])
    await page.getByRole('button', { name: 'Remove condition 2' }).click()
    await choose('What a snapshot reads', /^Rows that are new/)
    await choose('How rows change at the source', /^They change/)
    await page.getByText('Deleted rows go too').click()
    await page.getByLabel('Read everything again after').fill('7')
    await choose('Files', /^CSV/)
    await choose('Packed', /^Zstandard/)
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('link', { name: 'Open version 1' }).waitFor()
    expect(await app().call('GET', '/v1/datasources/merged', undefined, token)).toMatchObject({
      selection: {
        table: 'experiments',
        columns: ['experiment_id', 'status', 'started'],
        where: ['experiment_id', 'gt', '12'],
      },
      strategy: { kind: 'incremental', mode: 'merge', deletes: true, fullEvery: 7 },
      format: 'csv',
      compression: 'zstd',
      createdBy: 'maker',
    })
    await page.goto(`${app().origin}/datasources/merged?tab=settings`)
    await page.getByRole('textbox', { name: 'Columns that tell rows apart' }).fill('nowhere')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The datasource is saved.').waitFor()
    expect(await app().call('GET', '/v1/datasources/merged', undefined, token)).toMatchObject({
      strategy: { key: ['nowhere'], fullEvery: 7 },
    })
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('takes several datasources as of one moment, and says why it cannot', async () => {
    const { page, wrongs, context } = await app().open('/datasources')
    const tick = (name: string) => page.getByLabel(`Choose ${name}`).click({ force: true })
    for (const name of ['experiments', 'pets']) await tick(name)
    await page.getByRole('button', { name: 'Take them together' }).click()
    await page.getByRole('alert').getByText('Take a group of each connector.').waitFor()
    expect(await violations(page)).toEqual([])
    for (const name of ['pets', 'yield-by-family']) await tick(name)
    await page.getByRole('button', { name: 'Take them together' }).click()
    await page.getByRole('heading', { name: '2 datasources as of one moment' }).waitFor()
    await page.getByRole('row', { name: /yield-by-family done \d/ }).waitFor()
    expect(await violations(page)).toEqual([])
    const group = page.url().replace(/.*\//, '')
    expect(await app().call('GET', `/v1/groups/${group}`)).toMatchObject({
      state: 'done',
      snapshots: [{ datasource: 'experiments' }, { datasource: 'yield-by-family' }],
    })
    await page.getByRole('link', { name: 'done' }).first().click()
    await page.getByRole('link', { name: 'of one moment with others' }).waitFor()
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('lists versions, pins one, compares two and rolls back', async () => {
    await app().call('POST', '/v1/datasources', {
      name: 'kept',
      connector: 'data-warehouse-sql',
      selection: { table: 'weather' },
    })
    for (const version of [1, 2]) {
      await app().call('POST', '/v1/datasources/kept/snapshots', {})
      await expect
        .poll(
          async () =>
            (
              await app()
                .call<{ latest: number }>('GET', '/v1/datasets/kept')
                .catch(() => undefined)
            )?.latest,
          { timeout: 30_000 },
        )
        .toBe(version)
    }
    const { page, wrongs, context } = await app().open('/datasets/kept?tab=versions')
    await page.getByRole('button', { name: 'Pin version 1: keep it for good' }).click()
    await page.getByText('pinned', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Roll back to version 1' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Roll back' }).click()
    await page.getByText('version 1, read now').waitFor()
    expect((await app().call<{ latest: number }>('GET', '/v1/datasets/kept')).latest).toBe(1)
    await page.getByRole('tab', { name: 'Compare' }).click()
    await page.getByLabel('From').click()
    await page.getByRole('option', { name: /^Version 2/ }).click()
    await page.getByText('The columns are the same.').waitFor()
    await page.getByRole('tab', { name: 'Files' }).click()
    await page
      .getByRole('link', { name: /\.parquet$/ })
      .first()
      .waitFor()
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('E24 makes a connector by its kind’s own form: a missing field blocks, a URL fills it, stages tell what failed', async () => {
    const { page, wrongs, context } = await app().open('/connectors/new')
    await page.getByRole('link', { name: 'PostgreSQL' }).waitFor()
    await use(page, /^a PostgreSQL/)
    await page.getByLabel('Name', { exact: false }).first().waitFor()
    await use(page, /^input Paste a connection URL/, 'postgresql://ada:hidden-word@127.0.0.1:1/warehouse')
    await use(page, 'Fill the form')
    await expect.poll(() => page.getByLabel('Host').inputValue()).toBe('127.0.0.1')
    await use(page, /^input Name/, 'trial')
    expect(await page.content()).not.toContain('hidden-word')
    await page.getByLabel('Database').fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('must be given').waitFor()
    await page.getByLabel('Database').fill('warehouse')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText('Nobody answers').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**/connectors/trial')
    await page.getByRole('button', { name: 'Delete the connector' }).click()
    await page.getByLabel('Type trial to go on').fill('trial')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.waitForURL('**/connectors')
    expect(await page.getByRole('link', { name: 'trial' }).count()).toBe(0)
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('E23 lets a viewer browse everything and create nothing', async () => {
    await app().call('PUT', '/v1/members/reader', { role: 'viewer' })
    const { token } = await app().call<{ token: string }>('POST', '/v1/tokens', {
      name: 'of a reader',
      member: 'reader',
      scopes: ['read', 'run'],
    })
    const { page, wrongs, context } = await app().open('/sources', {}, token)
    await page.getByRole('main').getByRole('link', { name: 'Data Warehouse (SQL)' }).waitFor()
    expect(await page.getByRole('link', { name: 'New connector' }).count()).toBe(0)
    expect(await page.getByRole('navigation', { name: 'Headgate' }).textContent()).not.toMatch(
      /Connectors|Secrets|Datasources|Exporters/,
    )
    await page.goto(`${app().origin}/sources/data-warehouse-sql/tables/movies`)
    await page.getByRole('main').getByRole('gridcell').first().waitFor()
    expect(await page.getByRole('link', { name: 'Keep snapshots' }).count()).toBe(0)
    await page.goto(`${app().origin}/connectors/new`)
    await page.getByRole('alert', { name: 'The caller may not do this' }).waitFor()
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('uploads a file, shows it and deletes it; one that a reload broke off goes on from the parts that arrived', async () => {
    const { page, wrongs, context } = await app().open('/data')
    await page.getByRole('button', { name: 'Upload', exact: true }).waitFor()
    const chooser = page.waitForEvent('filechooser')
    await use(page, 'button Upload')
    await (await chooser).setFiles([
      { name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('a few words') },
      { name: 'large.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(9_000_000, 7) },
    ])
    await page.getByRole('button', { name: 'Done: user/large.bin' }).waitFor()
    await page.getByRole('row', { name: /large\.bin 9\.0 MB/ }).waitFor()
    await page.getByRole('link', { name: 'small.txt' }).click()
    await page.getByText('a few words').waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Delete small.txt' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('row', { name: /small\.txt/ }).waitFor({ state: 'detached' })

    const folder = await mkdtemp(join(tmpdir(), 'headgate-uploads-'))
    const dropped = join(folder, 'dropped.csv')
    await writeFile(dropped, 'n,place\n1,here\n2,there\n')
    await drop(page, page.locator('.drop-zone'), dropped)
    await page.getByRole('link', { name: 'dropped.csv' }).click()
    await page.getByRole('grid', { name: 'Rows of dropped.csv' }).getByRole('gridcell', { name: 'there' }).waitFor()
    await page.getByRole('button', { name: 'As text' }).click()
    await page.getByText('1,here').waitFor()
    await page.goBack()

    const inSmallParts = async (route: Route) => {
      const reply = await route.fetch()
      await route.fulfill({ response: reply, json: { ...(await reply.json()), partBytes: 6_000_000 } })
    }
    await page.route(/\/v1\/uploads$/, inSmallParts)
    await page.route(/\/v1\/uploads\/[^/]+$/, inSmallParts)
    const isPart = (url: URL) => url.pathname === '/uploads'
    const sent: string[] = []
    let isBroken = true
    await page.route(isPart, async (route) => {
      if (!isBroken || route.request().method() !== 'PUT') return route.fallback()
      // What comes after the first waits for ever, as where the network is gone.
      if (sent.push(route.request().url()) === 1) return route.fallback()
    })
    // By their paths: their bytes need not go through the browser's own wire.
    const fileOf = async (byte: number) => {
      const path = join(folder, `${byte}`, 'broken.bin')
      await mkdir(dirname(path))
      await writeFile(path, Buffer.alloc(11_000_000, byte))
      return path
    }
    const choose = async (button: string, path: string) => {
      const chosen = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: button, exact: true }).click()
      await (await chosen).setFiles(path)
    }
    const file = await fileOf(5)
    await choose('Upload', file)
    const arrived = async () => {
      const { items } = await app().call<{ items: { id: string }[] }>('GET', '/v1/uploads')
      const found = items[0] && (await app().call<{ parts: unknown[] }>('GET', `/v1/uploads/${items[0].id}`))
      return found?.parts.length ?? 0
    }
    await expect.poll(arrived).toBe(1)
    await page.reload()
    await choose('Choose the file again', await fileOf(6))
    await page.getByText('broken.bin is not the file that went to').waitFor()
    isBroken = false
    const again: string[] = []
    page.on('request', (request) => request.method() === 'PUT' && again.push(request.url()))
    await choose('Choose the file again', file)
    await page.getByRole('row', { name: /broken\.bin 11\.0 MB/ }).waitFor()
    expect(again).toHaveLength(1)
    const partOf = (address: string) => new URL(address).searchParams.get('part')
    expect(again.map(partOf)).not.toContain(partOf(sent[0]!))
    expect(await page.evaluate(() => localStorage.getItem('headgate.uploads'))).toBeNull()
    for (const name of ['broken.bin', 'large.bin']) await page.getByLabel(`Choose ${name}`).check({ force: true })
    await page.getByText('2 items chosen').waitFor()
    await page.getByRole('button', { name: 'Delete what is chosen' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click()
    for (const name of ['broken.bin', 'large.bin'])
      await page.getByRole('row', { name: new RegExp(name) }).waitFor({ state: 'detached' })
    await rm(folder, { recursive: true })
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('keeps a secret whose value is nowhere afterwards, and makes and revokes a token', async () => {
    const { page, wrongs, context } = await app().open('/secrets')
    await page.getByRole('heading', { name: 'Keep a secret' }).waitFor()
    await use(page, /^input Name/, 'WAREHOUSE_TOKEN')
    await use(page, /^input Value/, 'word-that-is-hidden')
    await use(page, 'button Keep')
    await page.getByRole('row', { name: /^WAREHOUSE_TOKEN/ }).waitFor()
    expect(await page.content()).not.toContain('word-that-is-hidden')
    await page.goto(`${app().origin}/tokens`)
    await page.getByLabel('What for').fill('nightly job')
    await page.getByRole('button', { name: 'Make' }).click()
    await page.getByText(/^hg_pat_/).waitFor()
    await page.getByRole('button', { name: 'Revoke nightly job' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('row', { name: /^nightly job/ }).waitFor({ state: 'detached' })
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('lets a device in by the code that it shows', async () => {
    const login = await app().call<{ deviceCode: string; verificationUriComplete: string }>('POST', '/v1/auth/device', {
      client: 'the notebook of Ada',
    })
    const { page, wrongs, context } = await app().open(login.verificationUriComplete)
    await page.getByRole('heading', { name: 'the notebook of Ada asks to be let in as you' }).waitFor()
    await use(page, 'button Let it in')
    await page.getByText('It is let in.').waitFor()
    const { token } = await app().call<{ token: string }>('POST', '/v1/auth/device/token', {
      deviceCode: login.deviceCode,
    })
    expect((await app().call<{ role: string }>('GET', '/v1/me', undefined, token)).role).toBe('admin')
    expect(wrongs).toEqual([])
    await context.close()
  })
}
