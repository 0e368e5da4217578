import type { ObjectHead, ObjectReader } from '../ports/objects.ts'
import { readCursor, writeCursor } from './list-page.ts'
import { ownPrefix, type Scope } from './own-scope.ts'

interface Asked {
  readonly prefix: string
  readonly delimiter?: '/' | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** A page of a scope's names: of all depths, or of one with folders in their places. */
export async function listNames(objects: ObjectReader, { root }: Scope, asked: Asked) {
  const prefix = ownPrefix(asked.prefix)
  const items: ReturnType<typeof item>[] = []
  let after = asked.cursor === undefined ? undefined : past(ownPrefix(readCursor(asked.cursor)))
  for (;;) {
    const page = await objects.list(root + prefix, {
      limit: asked.delimiter ? 1000 : asked.limit - items.length,
      ...(after !== undefined && { after: root + after }),
    })
    let folder: string | undefined
    for (const [i, head] of page.objects.entries()) {
      const name = head.key.slice(root.length)
      if (folder !== undefined && name.startsWith(folder)) continue
      const slash = asked.delimiter ? name.indexOf('/', prefix.length) : -1
      folder = slash === -1 ? undefined : name.slice(0, slash + 1)
      items.push(item(folder ?? name, folder === undefined ? head : undefined))
      if (items.length < asked.limit) continue
      const isMore = page.next !== null || page.objects.slice(i + 1).some(({ key }) => !isIn(key, root + folder))
      return { items, next: isMore ? writeCursor(folder ?? name) : null }
    }
    if (page.next === null) return { items, next: null }
    after = folder === undefined ? page.next.slice(root.length) : past(folder)
  }
}

const isIn = (key: string, folder: string) => folder.endsWith('/') && key.startsWith(folder)

/** Behind everything in a folder; no name of at most 700 bytes sorts behind it and in the folder. */
const past = (name: string) => (name.endsWith('/') ? `${name}\u{10ffff}` : name)

const item = (name: string, head: ObjectHead | undefined) => ({
  name,
  isFolder: head === undefined,
  size: head?.size ?? null,
  modified: head?.modified ?? null,
  etag: head?.etag ?? null,
})
