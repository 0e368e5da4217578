import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

/** Why tests in a browser cannot be run here; undefined where they can. */
export const noBrowser = chromiumPath === undefined ? 'there is no Chromium at /usr/bin/chromium' : undefined

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface Watched {
  readonly page: Page
  /** What the page was blocked from doing, and what it threw, so far. */
  readonly wrongs: readonly string[]
}

type Looks = Parameters<Browser['newContext']>[0]

/** A page whose breaches of the content security policy, errors and dialogs are collected. */
export async function watchedPage(
  browser: Browser,
  looks: Looks = {},
): Promise<Watched & { readonly context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...looks })
  const wrongs: string[] = []
  await context.exposeFunction('reportWrong', (text: string) => void wrongs.push(text))
  // Text, since it runs where there are other globals.
  await context.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    reportWrong('policy: ' + [event.violatedDirective, event.blockedURI, event.sample].join(' ')))`)
  const page = await context.newPage()
  page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    wrongs.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { page, wrongs, context }
}
