import type { BucketFile } from './bucket-files.ts'

/** What S3 answers to ListObjectsV2. The names are URL-encoded where that is asked for, and need it in XML otherwise. */
export function listingXml(bucket: string, files: readonly BucketFile[], query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const limit = Math.min(1000, Number(query.get('max-keys') ?? 1000))
  const token = query.get('continuation-token')
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString()
  const entries = new Map<string, BucketFile | undefined>()
  for (const file of files) {
    if (!file.key.startsWith(prefix)) continue
    const cut = delimiter === '' ? -1 : file.key.indexOf(delimiter, prefix.length)
    const name = cut < 0 ? file.key : file.key.slice(0, cut + delimiter.length)
    // What comes after a folder comes after everything in it.
    if (name <= after || entries.has(name)) continue
    entries.set(name, cut < 0 ? file : undefined)
  }
  const page = [...entries].slice(0, limit)
  const last = entries.size > page.length ? page.at(-1)?.[0] : undefined
  const isEncoded = query.get('encoding-type') === 'url'
  const written = isEncoded ? encodeURIComponent : escapeXml
  const items = page.map(([name, file]) =>
    file
      ? `<Contents><Key>${written(name)}</Key><LastModified>${file.modified.toISOString()}</LastModified>` +
        `<ETag>${escapeXml(file.etag)}</ETag><Size>${file.size}</Size><StorageClass>STANDARD</StorageClass></Contents>`
      : `<CommonPrefixes><Prefix>${written(name)}</Prefix></CommonPrefixes>`,
  )
  const next =
    last === undefined
      ? ''
      : `<NextContinuationToken>${Buffer.from(last).toString('base64url')}</NextContinuationToken>`
  return (
    '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `<Name>${bucket}</Name><Prefix>${written(prefix)}</Prefix><KeyCount>${page.length}</KeyCount>` +
    `<MaxKeys>${limit}</MaxKeys>${isEncoded ? '<EncodingType>url</EncodingType>' : ''}` +
    `<IsTruncated>${last !== undefined}</IsTruncated>${next}${items.join('')}</ListBucketResult>`
  )
}

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)
