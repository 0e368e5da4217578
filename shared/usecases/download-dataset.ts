import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'
import type { Manifest } from '../domain/snapshot.ts'
import { contentTypes, encode, extensions } from '../formats/encode.ts'
import { writeZip } from '../formats/zip.ts'
import type { World } from '../ports/index.ts'
import { scanVersion } from '../snapshots/read-rows.ts'
import { openVersion } from '../snapshots/read-version.ts'
import { bytesOfParts, isWhole } from '../snapshots/whole-file.ts'
import { fileNames } from './file-names.ts'

export const downloadDataset: UseCase<typeof api.downloadDataset> = async (world, input) => {
  const manifest = await openVersion(world, input.name, input)
  const format = input.format ?? (manifest.shape === 'files' ? 'zip' : manifest.format)
  if (format === 'zip') {
    const headers = headersOf(manifest, '.zip', 'application/zip')
    return { headers, stream: writeZip(entriesOf(world, manifest), new Date(manifest.published)) }
  }
  if (manifest.shape === 'files')
    throw new Fault('not-offered', `${manifest.dataset} holds files, which are no ${format}.`, {
      hint: 'Download them as zip, or one by one.',
    })
  const headers = headersOf(manifest, extensions[format], contentTypes[format])
  if (!isWhole(manifest, format))
    return { headers, stream: encode(format, scanVersion(world, manifest, input), { signal: input.signal }) }
  return { headers: { ...headers, 'content-length': String(manifest.bytes) }, stream: bytesOfParts(world, manifest) }
}

function* entriesOf({ objects }: World<{ objects: 'read' }>, manifest: Manifest) {
  const names = fileNames(manifest)
  const folder = manifest.shape === 'files' ? 'files/' : ''
  for (const [i, { key, bytes }] of manifest.parts.entries())
    yield { name: `${folder}${names[i]}`, size: bytes, bytes: () => objects.get(key) }
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  yield {
    name: 'manifest.json',
    size: text.length,
    bytes: async function* () {
      yield text
    },
  }
}

const headersOf = ({ dataset }: Manifest, extension: string, contentType: string) => ({
  'content-type': contentType,
  'content-disposition': `attachment; filename="${dataset}${extension}"`,
})
