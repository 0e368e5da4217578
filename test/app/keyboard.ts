import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** What has the focus: its role or element, and its name as it is read out, roughly. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return 'nothing'
    const labels =
      element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((label) => label.textContent) : []
    const by = (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent)
    const name = element.getAttribute('aria-label') ?? [...by, ...labels].filter(Boolean).join(' ')
    return `${element.getAttribute('role') ?? element.tagName.toLowerCase()} ${name || element.textContent}`.trim()
  })

/** Presses Tab (or another key) until what has the focus is called like that; fails after as many tries as a page can need. */
export async function goTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let tries = 0; tries < 90; tries++) {
    await page.keyboard.press(key)
    const at = await focused(page)
    passed.push(at.slice(0, 40))
    if (typeof name === 'string' ? at.includes(name) : name.test(at)) return
  }
  expect.fail(`${String(name)} cannot be reached by ${key}; passed were: ${passed.join(' | ')}`)
}

export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

/** Goes to a field or button and types, or presses Enter where nothing is to be typed. */
export async function use(page: Page, name: string | RegExp, typed?: string): Promise<void> {
  await goTo(page, name)
  if (typed === undefined) await page.keyboard.press('Enter')
  else await page.keyboard.type(typed)
}
