import { Fault } from '../../domain/faults.ts'
import { keyParts } from '../files/key.ts'
import type { Config } from './config.ts'

/** The key of the one file that the URL names; undefined where it names many. */
export function ownKey({ url }: Config): string | undefined {
  if (url.includes('{path}')) return undefined
  const { pathname } = new URL(url)
  const last = pathname.slice(pathname.lastIndexOf('/') + 1)
  if (last === '') return undefined
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

/** The URL of a file. Faults: invalid-request for a key that leads elsewhere, not-found beside the one file. */
export function urlOf(config: Config, key: string): URL {
  const own = ownKey(config)
  if (own === key) return new URL(config.url)
  if (own !== undefined)
    throw new Fault('not-found', `There is no file ${JSON.stringify(key.slice(0, 200))}.`, {
      hint: `The URL names one file: ${JSON.stringify(own)}.`,
    })
  const path = keyParts(key).map(encodeURIComponent).join('/')
  if (config.url.includes('{path}')) return new URL(config.url.replace('{path}', () => path))
  const url = new URL(config.url)
  url.pathname += path
  return url
}
