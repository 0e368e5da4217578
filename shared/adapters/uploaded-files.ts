import type { ObjectInfo, SourceObjects } from '../connectors/kind.ts'
import { Fault } from '../domain/faults.ts'
import { uploadedPrefix } from '../domain/uploaded-file.ts'
import type { ObjectHead, ObjectReader } from '../ports/objects.ts'

/** The files that were uploaded to become datasets, as a kind sees files: keys are those below the prefix of ours. */
export const uploadedFiles = (objects: ObjectReader): SourceObjects => ({
  async list({ prefix, limit, after }) {
    const page = await objects.list(uploadedPrefix + prefix, { limit, ...(after && { after: uploadedPrefix + after }) })
    return { items: page.objects.map(toInfo), next: page.next?.slice(uploadedPrefix.length) ?? null }
  },
  describe: async (key) => toInfo(await objects.head(uploadedPrefix + key)),
  async read(key, range, of) {
    const head = await objects.head(uploadedPrefix + key)
    if (of && of.etag !== null && of.etag !== head.etag)
      throw new Fault('source-changed', 'The uploaded file was replaced while it was read.')
    return objects.get(head.key, range && [Math.min(range[0], head.size), Math.min(range[1], head.size)])
  },
})

const toInfo = ({ key, size, modified, etag }: ObjectHead): ObjectInfo => ({
  key: key.slice(uploadedPrefix.length),
  name: key.slice(key.lastIndexOf('/') + 1),
  isFolder: false,
  size,
  modified,
  etag,
})
