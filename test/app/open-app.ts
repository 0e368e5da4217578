import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser, watchedPage } from '../support/browser.ts'
import { type Headgate, startHeadgate, temporaryFolder } from '../support/headgate.ts'

export interface Opened {
  readonly page: Page
  readonly context: BrowserContext
  /** Breaches of the policy, errors and dialogs so far. */
  readonly wrongs: readonly string[]
}

type Looks = Parameters<typeof watchedPage>[1]

/** A running Headgate with its demo, and a browser. */
export interface App {
  readonly origin: string
  readonly token: string
  readonly browser: Browser
  /** A page at a path, signed in. */
  open(path: string, looks?: Looks, token?: string): Promise<Opened>
  /** A call of the API as the administrator, or as whom a token is of. */
  call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T>
  stop(): Promise<void>
}

/** `allow`: what its connectors may dial besides the demo. */
export async function openApp(allow: string): Promise<App> {
  const folder = await temporaryFolder()
  const headgate: Headgate = startHeadgate({
    args: ['--port', '0', '--data', folder.path],
    env: { HEADGATE_ALLOW: allow },
  })
  const [{ origin, token }, browser] = await Promise.all([headgate.ready(), launchBrowser()])
  return {
    origin,
    token,
    browser,
    open: async (path, looks, as = token) => {
      const opened = await watchedPage(browser, looks)
      await opened.page.goto(`${origin}${path}#token=${as}`)
      return opened
    },
    call: async (method, path, body, as = token) => {
      const isBytes = body instanceof Uint8Array
      const response = await fetch(`${origin}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${as}`,
          ...(body !== undefined && !isBytes && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: isBytes ? (body as BodyInit) : JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    },
    stop: async () => {
      await browser.close()
      headgate.child.kill('SIGINT')
      await headgate.ended()
      await folder.remove()
    },
  }
}
