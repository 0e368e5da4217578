import { afterAll, beforeAll, expect, it } from 'vitest'
import { watchedPage } from '../support/browser.ts'
import { type Deployment, openDeployment } from './deployment.ts'
import { violations } from './looks.ts'
import type { App } from './open-app.ts'

export function signInTests(app: () => App): void {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await openDeployment(app())
  })
  afterAll(() => deployment?.stop())

  it('signs in at the provider, renews, outlives the end of the session with what was typed, and signs out everywhere', async () => {
    const { origin, provider, over } = deployment
    const { page, wrongs, context } = await watchedPage(app().browser)
    const addresses: string[] = []
    context.on('request', (request) => addresses.push(request.url()))
    const path = '/sources/data-warehouse-sql/tables/movies?select=["title"]'
    await page.goto(origin + path)
    const button = page.getByRole('button', { name: 'Sign in', exact: true })
    await button.waitFor()
    expect(await violations(page)).toEqual([])
    await button.click()
    await page.getByRole('main').getByRole('gridcell').first().waitFor()
    expect(decodeURIComponent(page.url())).toBe(origin + path)
    const asked = new URL(addresses.find((address) => address.includes('/authorize?'))!).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('nonce')).toHaveLength(36)

    const accessToken = () => page.evaluate(() => sessionStorage.getItem('headgate.token')!)
    const first = await accessToken()
    over.add(first)
    await page.goto(`${origin}/datasources/new?connector=data-warehouse-sql&selection={"table":"movies"}`)
    await page.getByRole('textbox', { name: 'Title' }).fill('Typed before the session was over')
    await expect.poll(accessToken).not.toBe(first)

    provider.endSessions()
    over.add(await accessToken())
    await page.getByRole('button', { name: 'Create' }).click()
    const again = page.getByRole('alertdialog').getByRole('link', { name: 'Sign in again' })
    await again.waitFor()
    expect(await violations(page, [], '[role=alertdialog]')).toEqual([])
    const [window] = await Promise.all([context.waitForEvent('page'), again.click()])
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await window.getByText('this window can be closed').waitFor()
    expect(await window.evaluate(() => sessionStorage.length)).toBe(0)
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Typed before the session was over')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('link', { name: 'Open version 1' }).waitFor()

    provider.is.lifeSeconds = 1
    const other = await context.newPage()
    await other.goto(`${origin}/datasets`)
    await other.getByRole('main').getByRole('link', { name: 'Typed before the session was over' }).waitFor()
    const refreshes = () => provider.server.seen.filter(({ body }) => body.includes('grant_type=refresh_token')).length
    const before = refreshes()
    await expect
      .poll(async () => {
        await other.reload()
        await other.getByRole('main').getByRole('link', { name: 'Typed before the session was over' }).waitFor()
        return refreshes()
      })
      .toBeGreaterThan(before)

    await page.getByRole('button', { name: 'Account and looks' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    for (const each of [page, other]) await each.getByRole('heading', { name: 'Sign in to Headgate' }).waitFor()
    await expect.poll(() => page.url()).toBe(`${origin}/`)
    const out = new URL(addresses.find((address) => address.includes('/logout?'))!).searchParams
    expect(Object.fromEntries(out)).toEqual({
      client_id: 'data-app',
      post_logout_redirect_uri: origin,
      logout_uri: origin,
    })
    expect(provider.server.seen.some(({ url }) => url === '/revoke')).toBe(true)
    const kept = () => Object.keys({ ...localStorage, ...sessionStorage }).filter((key) => key.startsWith('headgate'))
    for (const each of [page, other]) expect(await each.evaluate(kept)).toEqual([])
    expect(provider.given.length).toBeGreaterThan(6)
    expect(addresses.filter((address) => provider.given.some((token) => address.includes(token)))).toEqual([])
    expect(wrongs).toEqual([])
    await context.close()
  })

  it('refuses what is no answer to its own login: a foreign state, another nonce, a refusal', async () => {
    const { origin, provider } = deployment
    const { page, wrongs, context } = await watchedPage(app().browser)
    const exchanges = () => provider.server.seen.filter(({ url }) => url === '/token').length
    const before = exchanges()
    await page.goto(`${origin}/signed-in?code=stolen&state=foreign`)
    await page.getByRole('alert').getByText('no window of this browser began this login').waitFor()
    expect(page.url()).toBe(`${origin}/`)
    expect(exchanges()).toBe(before)
    provider.is.nonce = 'of another login'
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').getByText('nonce').waitFor()
    provider.is.nonce = undefined
    provider.is.error = 'access_denied'
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').getByText('access_denied').waitFor()
    provider.is.error = undefined
    expect(await page.evaluate(() => sessionStorage.getItem('headgate.token'))).toBeNull()
    expect(wrongs).toEqual([])
    await context.close()
  })
}
