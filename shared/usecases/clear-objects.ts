import type { ObjectReader, ObjectWriter } from '../ports/objects.ts'

/** Deletions under way at once. */
const atOnce = 32

/** The keys under a prefix, in byte order. */
export async function* keysUnder(objects: ObjectReader, prefix: string): AsyncGenerator<string> {
  for (let after: string | undefined; ; ) {
    const page = await objects.list(prefix, { limit: 1000, ...(after !== undefined && { after }) })
    for (const { key } of page.objects) yield key
    if (page.next === null) return
    after = page.next
  }
}

/** Does something with every key, several at once, until the signal ends it. The first failure ends it too. */
export async function forEachKey(
  keys: AsyncIterable<string>,
  signal: AbortSignal | undefined,
  work: (key: string) => Promise<unknown>,
): Promise<number> {
  let count = 0
  const under = new Set<Promise<unknown>>()
  for await (const key of keys) {
    signal?.throwIfAborted()
    const each = work(key).finally(() => under.delete(each))
    each.catch(() => {}) // met where it is awaited
    under.add(each)
    count++
    if (under.size >= atOnce) await Promise.race(under)
  }
  await Promise.all(under)
  return count
}

/** Deletes every object whose key begins with the prefix. */
export const clearObjects = (objects: ObjectWriter, prefix: string, signal?: AbortSignal): Promise<number> =>
  forEachKey(keysUnder(objects, prefix), signal, (key) => objects.delete(key))
