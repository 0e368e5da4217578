import type { OpenSource } from '../../shared/ports/sources.ts'

/** The same connection, where `step` is taken before each partition of everything is read: one step after another. */
export function betweenPartitions(step: () => Promise<void>): (connection: OpenSource) => OpenSource {
  let before = Promise.resolve()
  return (connection) => ({
    ...connection,
    async increment(selection, ask, partition, view) {
      if (partition) before = before.then(step)
      await before
      return await connection.increment!(selection, ask, partition, view)
    },
  })
}
