import type { CallInput } from '../call-types.ts'
import type { Headgate } from '../headgate.ts'
import type { UploadOptions } from '../transfer.ts'
import type { Snapshot } from './snapshots.ts'

type Said = Omit<CallInput<'createDataset'>, 'name' | 'object' | 'body'>

/** How a file becomes a version: what it is called (its ending tells how it is read), how it is read and kept. */
export interface DatasetFile extends Said, Pick<UploadOptions, 'signal' | 'timeoutMs' | 'onProgress' | 'wholeUpTo'> {}

/**
 * Makes a dataset, or its next version, of a file; gives the snapshot that reads it, to be waited for. A large file is put
 * beside your objects first, and taken away again once it is copied.
 */
export async function uploadDataset(
  headgate: Headgate,
  name: string,
  file: Blob,
  { signal, timeoutMs, onProgress, wholeUpTo = 4 << 20, ...said }: DatasetFile,
): Promise<Snapshot> {
  const options = { signal, ...(timeoutMs !== undefined && { timeoutMs }) }
  const input = { ...said, name: name as CallInput<'createDataset'>['name'] }
  if (file.size <= wholeUpTo) {
    const begun = await headgate.call('createDataset', { ...input, body: file }, options)
    onProgress?.({ done: file.size, total: file.size })
    return begun
  }
  const path = `user/uploaded/${name}-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`
  await headgate.uploads.send(path, file, { ...options, ...(onProgress && { onProgress }) })
  try {
    // It has no body: the object takes its place.
    return await headgate.call('createDataset', { ...input, object: path } as CallInput<'createDataset'>, options)
  } finally {
    // It was copied, or is of no use.
    await headgate.objects.delete(path, {}, options).catch(() => {})
  }
}
