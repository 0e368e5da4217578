/** Bytes that are looked at before they are read, and come from their source once. */
export interface Recording {
  isEmpty(): Promise<boolean>
  /** The bytes from the beginning, kept for later. Leaving them early ends nothing. */
  listen(): AsyncIterable<Uint8Array>
  /** What was kept and then the rest. Once; leaving it early ends the source. */
  replay(): AsyncGenerator<Uint8Array>
  /** Ends the source, where nobody is going to read the rest. */
  end(): Promise<void>
}

export function record(chunks: AsyncIterable<Uint8Array>): Recording {
  const kept: Uint8Array[] = []
  let source: AsyncIterator<Uint8Array> | undefined
  let isOver = false
  const pull = async (): Promise<boolean> => {
    if (isOver) return false
    source ??= chunks[Symbol.asyncIterator]()
    const { done, value } = await source.next()
    if (done) isOver = true
    else kept.push(value.slice())
    return !isOver
  }
  return {
    async isEmpty() {
      while (kept.every(({ length }) => length === 0)) if (!(await pull())) return true
      return false
    },
    listen: () => ({
      async *[Symbol.asyncIterator]() {
        for (let i = 0; i < kept.length || (await pull()); i++) yield kept[i]!
      },
    }),
    async *replay() {
      try {
        yield* kept.splice(0)
        if (isOver) return
        source ??= chunks[Symbol.asyncIterator]()
        for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
        isOver = true
      } finally {
        if (!isOver) await source?.return?.()
      }
    },
    async end() {
      if (!isOver) await source?.return?.()
      isOver = true
      kept.length = 0
    },
  }
}
