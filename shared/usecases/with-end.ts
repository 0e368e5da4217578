/** The same items; `done` is called once when they end, fail or are no longer wanted. */
export function withEnd<T>(items: AsyncIterable<T>, done: () => Promise<void>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ending(items[Symbol.asyncIterator](), done) }
}

function ending<T>(inner: AsyncIterator<T>, done: () => Promise<void>): AsyncIterator<T> {
  let ended = false
  const end = async () => {
    if (ended) return
    ended = true
    await done()
  }
  return {
    async next() {
      try {
        const item = await inner.next()
        if (item.done) await end()
        return item
      } catch (thrown) {
        await end()
        throw thrown
      }
    },
    async return() {
      try {
        await inner.return?.()
      } finally {
        await end()
      }
      return { done: true, value: undefined }
    },
  }
}
