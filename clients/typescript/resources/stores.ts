/** What a user keeps beside the sources: objects, pipelines, secrets. */
import type { BodyOf, CallArguments, CallInput, CallOptions } from '../call-types.ts'
import { NotFound } from '../errors.ts'
import { Rows } from '../rows.ts'
import type { Transport } from '../transport.ts'
import type { FileWindow } from './source.ts'

/** Paths are `user/<name>`, `pipelines/<id>/<name>` or, with a current pipeline, `pipelines/current/<name>`. */
export const objectsOf = (api: Transport) => {
  const head = async (path: string, options?: CallOptions) => {
    const { headers } = await api.call('headObject', { path }, options)
    return {
      size: Number(headers.get('content-length')),
      etag: headers.get('etag'),
      modified: headers.get('last-modified'),
    }
  }
  return {
    /** Objects of a scope (`user`, `pipelines/<id>`): all depths, or with `delimiter: '/'` one level. */
    list: (scope = 'user', input: CallInput<'listUserObjects'> = {}, options?: CallOptions) => {
      const [, id] = /^pipelines\/([^/]+)$/.exec(scope) ?? []
      return id === undefined
        ? api.list('listUserObjects', input, options)
        : api.list('listPipelineObjects', { id, ...input }, options)
    },
    /** The bytes: all of them, or the half-open range `[begin, end)`. */
    open: (path: string, input: Omit<CallInput<'readObject'>, 'path'> = {}, options?: CallOptions) =>
      api.open('readObject', { path, ...input }, options),
    /** The rows in a CSV, TSV, NDJSON, JSON or Parquet file. */
    rows: (path: string) =>
      new Rows<FileWindow>(api, 'readObject', (window, format, cursor) => ({ path, ...window, format, cursor })),
    head,
    exists: (path: string, options?: CallOptions): Promise<boolean> =>
      head(path, options).then(
        () => true,
        (thrown: unknown) => {
          if (thrown instanceof NotFound) return false
          throw thrown
        },
      ),
    /** Puts it whole or not at all. */
    put: (path: string, body: CallInput<'putObject'>['body'], { keepOlder = false } = {}, options?: CallOptions) =>
      api.call('putObject', { path, body, keepOlder }, options),
    delete: (path: string, { recursive = false } = {}, options?: CallOptions) =>
      api.call('deleteObject', { path, recursive }, options),
    /** An address that gives the bytes without a token. */
    link: (path: string, seconds = 300, options?: CallOptions) =>
      api.json<Link>('readObject', { path, link: true, seconds }, options),
    versions: async (path: string, options?: CallOptions): Promise<readonly ObjectVersion[]> =>
      (await api.json<{ items: ObjectVersion[] }>('readObject', { path, versions: true }, options)).items,
    copy: (from: string, to: string, more: Partial<BodyOf<'copyObjects'>> = {}, options?: CallOptions) =>
      api.call('copyObjects', { body: { ...more, from, to } }, options),
  }
}

/** An address that gives bytes without a token until it expires. */
export interface Link {
  readonly url: string
  readonly expires: string
}

/** An older version of an object. */
export interface ObjectVersion {
  readonly version: string
  readonly size: number
  readonly modified: string
  readonly etag: string
}

export const uploadsOf = (api: Transport) => ({
  list: (...args: CallArguments<'listUploads'>) => api.list('listUploads', ...args),
  create: (path: string, { ifAbsent = false, keepOlder = false } = {}, options?: CallOptions) =>
    api.call('createUpload', { body: { path, ifAbsent, keepOlder } }, options),
  /** With the parts that have arrived. */
  get: (id: string, options?: CallOptions) => api.call('getUpload', { id }, options),
  sign: (id: string, numbers: number[], options?: CallOptions) =>
    api.call('signParts', { id, body: { numbers } }, options),
  complete: (id: string, parts: { number: number; etag: string }[], options?: CallOptions) =>
    api.call('completeUpload', { id, body: { parts } }, options),
  abort: (id: string, options?: CallOptions) => api.call('abortUpload', { id }, options),
})

export const pipelinesOf = (api: Transport) => ({
  list: (...args: CallArguments<'listPipelines'>) => api.list('listPipelines', ...args),
  create: (body: BodyOf<'createPipeline'> = {}, options?: CallOptions) => api.call('createPipeline', { body }, options),
  get: (id: string, options?: CallOptions) => api.call('getPipeline', { id }, options),
  archive: (id: string, options?: CallOptions) => api.call('archivePipeline', { id }, options),
})

/** `user` secrets are one's own, `org` ones are written by administrators. Values go in and never come out. */
export const secretsOf = (api: Transport) => ({
  list: (...args: CallArguments<'listSecrets'>) => api.list('listSecrets', ...args),
  put: (scope: 'user' | 'org', key: string, value: string, { mask = true } = {}, options?: CallOptions) =>
    api.call('putSecret', { scope, key: key as never, body: { value, mask } }, options),
  delete: (scope: 'user' | 'org', key: string, options?: CallOptions) =>
    api.call('deleteSecret', { scope, key: key as never }, options),
})
