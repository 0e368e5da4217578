import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Secret } from '../../shared/domain/secret.ts'
import { type BucketFile, bucketFiles } from './bucket-files.ts'
import { listingXml } from './bucket-listing.ts'
import { listenLocally } from './listen.ts'

export interface Bucket {
  readonly host: string
  readonly port: number
  /** The URL of the store. */
  readonly endpoint: string
  readonly bucket: string
  /** The key that is let in, new at each start. */
  readonly accessKeyId: Secret
  stop(): Promise<void>
}

const bucket = 'public-data'

/**
 * A bucket of public files on a free port of this machine: what S3 answers to who lists and reads, and nothing that
 * writes. It lets in who names its key, whatever the signature: the files are public, and whoever reads the key's
 * traffic on this machine could read the files as well.
 */
export async function startBucket(): Promise<Bucket> {
  const accessKeyId = `AKIA${randomBytes(16).toString('hex').toUpperCase()}`
  const files = await bucketFiles()
  const server = createServer((request, response) => {
    answer(files, accessKeyId, request, response).catch(() => response.destroy())
  })
  const { host, port, origin, stop } = await listenLocally(server)
  return { host, port, endpoint: origin, bucket, accessKeyId: new Secret(accessKeyId), stop }
}

async function answer(
  files: readonly BucketFile[],
  accessKeyId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', headers } = request
  const url = URL.parse(request.url ?? '/', 'http://bucket')
  const refuse = (status: number, code: string) => {
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`)
  }
  if (url === null) return refuse(400, 'InvalidURI')
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'MethodNotAllowed')
  if (keyOf(url, headers.authorization) !== accessKeyId) return refuse(403, 'AccessDenied')
  if (isExpired(url)) return refuse(403, 'AccessDenied')
  const [, name = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(url.pathname) ?? []
  if (name !== bucket) return refuse(404, 'NoSuchBucket')
  if (key === '') {
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(method === 'HEAD' ? undefined : listingXml(bucket, files, url.searchParams))
    return
  }
  const wanted = decode(key)
  const file = files.find((each) => each.key === wanted)
  if (!file) return refuse(404, 'NoSuchKey')
  if (headers['if-match'] !== undefined && headers['if-match'] !== file.etag) return refuse(412, 'PreconditionFailed')
  const range = rangeOf(headers.range, file.size)
  if (range === undefined) return refuse(416, 'InvalidRange')
  const [begin, end] = range
  response.writeHead(headers.range === undefined ? 200 : 206, {
    'content-type': url.searchParams.get('response-content-type') ?? file.type,
    'content-length': end - begin,
    'accept-ranges': 'bytes',
    etag: file.etag,
    'last-modified': file.modified.toUTCString(),
    ...(headers.range !== undefined && { 'content-range': `bytes ${begin}-${end - 1}/${file.size}` }),
    ...(url.searchParams.has('response-content-disposition') && {
      'content-disposition': `attachment; filename="${file.key.slice(file.key.lastIndexOf('/') + 1)}"`,
    }),
  })
  if (method === 'HEAD' || end === begin) response.end()
  else await pipeline(createReadStream(file.path, { start: begin, end: end - 1 }), response)
}

/** The key that a request names, in its header or in its link. */
const keyOf = ({ searchParams }: URL, authorization = ''): string | undefined =>
  /Credential=([^/]+)/.exec(authorization)?.[1] ?? searchParams.get('X-Amz-Credential')?.split('/')[0]

/** Whether a link's time is over. */
function isExpired({ searchParams }: URL): boolean {
  const seconds = searchParams.get('X-Amz-Expires')
  if (seconds === null) return false
  const at = searchParams.get('X-Amz-Date')?.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z') ?? ''
  return !(Date.parse(at) + Number(seconds) * 1000 > Date.now())
}

/** The half-open range of a header; all without one, undefined where it lies behind the end. */
function rangeOf(header: string | undefined, size: number): readonly [number, number] | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined) return [0, size]
  const begin = Number(first)
  return begin < size ? [begin, last ? Math.min(size, Number(last) + 1) : size] : undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
