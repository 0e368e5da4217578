import type { SourceObjects } from '../../../shared/connectors/kind.ts'
import { Fault } from '../../../shared/domain/faults.ts'

/** Files in memory, given in chunks of so many bytes: what parsers see of a source. */
export function memoryObjects(files: Readonly<Record<string, Uint8Array | string>>, chunkBytes = 7): SourceObjects {
  const bytesOf = (key: string) => {
    const bytes = files[key]
    if (bytes === undefined) throw new Fault('not-found', `There is no ${key}.`)
    return Buffer.from(bytes)
  }
  const infoOf = (key: string) => ({
    key,
    name: key.slice(key.lastIndexOf('/') + 1),
    isFolder: false,
    size: bytesOf(key).length,
    modified: null,
    etag: `"${bytesOf(key).length}"`,
  })
  return {
    async list({ prefix, limit, after = '' }) {
      const keys = Object.keys(files)
        .toSorted()
        .filter((key) => key.startsWith(prefix) && key > after)
      return { items: keys.slice(0, limit).map(infoOf), next: keys.length > limit ? keys[limit - 1]! : null }
    },
    describe: async (key) => infoOf(key),
    async read(key, [begin, end] = [0, Number.POSITIVE_INFINITY]) {
      const bytes = bytesOf(key).subarray(begin, end)
      return (async function* () {
        for (let at = 0; at < bytes.length; at += chunkBytes) yield Uint8Array.from(bytes.subarray(at, at + chunkBytes))
      })()
    },
  }
}
