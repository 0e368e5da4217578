import type { BodyOf, CallArguments, CallInput, CallOptions } from './call-types.ts'
import { Dataset } from './resources/dataset.ts'
import { exportersOf, exportsOf } from './resources/exports.ts'
import { snapshotsOf } from './resources/snapshots.ts'
import { Source } from './resources/source.ts'
import { objectsOf, pipelinesOf, secretsOf, uploadsOf } from './resources/stores.ts'
import { type DatasetFile, uploadDataset } from './resources/upload-dataset.ts'
import { Rows } from './rows.ts'
import { type UploadOptions, upload } from './transfer.ts'
import { Transport } from './transport.ts'

/**
 * A Headgate and who asks it. Lists are iterated; single things are asked for by name; whatever has no name of its own
 * here is `call(operationId, input, options)`. Every last argument takes a `signal`.
 *
 * What changes or deletes a record takes its `ifMatch` from `options`: `etagOf(record)` makes sure that nobody changed it
 * meanwhile; without one, whatever is there is changed.
 */
export class Headgate extends Transport {
  readonly sources = {
    list: (...args: CallArguments<'listSources'>) => this.list('listSources', ...args),
    /** A source by name or uid, without asking for it. */
    at: (source: string) => new Source(this, source),
    /** The record of a source and what is in it: `const lab = await headgate.sources.get('lab')`. */
    get: async (source: string, options?: CallOptions) => {
      const at = new Source(this, source)
      return Object.assign(at, await at.get(options))
    },
  }

  readonly kinds = { list: (options?: CallOptions) => this.list('listKinds', {}, options) }

  readonly connectors = {
    list: (...args: CallArguments<'listConnectors'>) => this.list('listConnectors', ...args),
    create: (body: BodyOf<'createConnector'>, options?: CallOptions) => this.call('createConnector', { body }, options),
    get: (name: string, options?: CallOptions) => this.call('getConnector', { name }, options),
    update: (name: string, body: BodyOf<'updateConnector'>, options?: CallOptions) =>
      this.call('updateConnector', { name, body }, options),
    delete: (name: string, options?: CallOptions) => this.call('deleteConnector', { name }, options),
    /** Stage by stage. `timeoutMs`: how long the whole check may take. */
    check: (name: string, timeoutMs = 10_000, options?: CallOptions) =>
      this.call('checkConnector', { name, body: { timeoutMs } }, options),
    /** Checks values before they are saved. */
    tryOut: (body: BodyOf<'checkValues'>, options?: CallOptions) => this.call('checkValues', { body }, options),
  }

  readonly datasources = {
    list: (...args: CallArguments<'listDatasources'>) => this.list('listDatasources', ...args),
    create: (body: BodyOf<'createDatasource'>, options?: CallOptions) =>
      this.call('createDatasource', { body }, options),
    get: (name: string, options?: CallOptions) => this.call('getDatasource', { name }, options),
    update: (name: string, body: BodyOf<'updateDatasource'>, options?: CallOptions) =>
      this.call('updateDatasource', { name, body }, options),
    delete: (name: string, options?: CallOptions) => this.call('deleteDatasource', { name }, options),
    /** Whether a snapshot could read it now. */
    check: (name: string, timeoutMs = 10_000, options?: CallOptions) =>
      this.call('checkDatasource', { name, body: { timeoutMs } }, options),
    /** The first rows of exactly what a snapshot would copy (100). */
    preview: (name: string) =>
      new Rows<{ readonly limit?: number }>(this, 'previewDatasource', (window, format) => ({
        name,
        ...window,
        format,
      })),
    /** Takes a snapshot; `snapshots.wait(id)` waits for it. */
    snapshot: (name: string, body?: BodyOf<'createSnapshot'>, options?: CallOptions) =>
      this.snapshots.create(name, body, options),
  }

  readonly snapshots = snapshotsOf(this)

  /** When snapshots of a datasource are taken; a datasource has one schedule or none. */
  readonly schedules = {
    list: (...args: CallArguments<'listSchedules'>) => this.list('listSchedules', ...args),
    get: (datasource: string, options?: CallOptions) => this.call('getSchedule', { name: datasource }, options),
    put: (datasource: string, body: BodyOf<'putSchedule'>, options?: CallOptions) =>
      this.call('putSchedule', { name: datasource, body }, options),
    delete: (datasource: string, options?: CallOptions) => this.call('deleteSchedule', { name: datasource }, options),
  }

  readonly datasets = {
    list: (...args: CallArguments<'listDatasets'>) => this.list('listDatasets', ...args),
    /** A dataset by name or uid, without asking for it. */
    at: (name: string) => new Dataset(this, name),
    get: async (name: string, options?: CallOptions) => {
      const at = new Dataset(this, name)
      return Object.assign(at, await at.get(options))
    },
    /** Makes a dataset, or its next version, of a file; `snapshots.wait(id)` waits for it. */
    upload: (name: string, file: Blob, said: DatasetFile = {}) => uploadDataset(this, name, file, said),
  }

  readonly exporters = exportersOf(this)
  readonly exports = exportsOf(this)
  readonly objects = objectsOf(this)
  readonly uploads = {
    ...uploadsOf(this),
    /** Puts a file or bytes under a path, telling how far it is; a large one goes in parts, and can be resumed. */
    send: (path: string, blob: Blob, options?: UploadOptions) => upload(this, path, blob, options),
  }
  readonly pipelines = pipelinesOf(this)
  readonly secrets = secretsOf(this)

  readonly tokens = {
    list: (...args: CallArguments<'listTokens'>) => this.list('listTokens', ...args),
    /** The token is shown this once. */
    create: (body: BodyOf<'createToken'>, options?: CallOptions) => this.call('createToken', { body }, options),
    delete: (id: string, options?: CallOptions) => this.call('deleteToken', { id }, options),
  }

  readonly members = {
    list: (...args: CallArguments<'listMembers'>) => this.list('listMembers', ...args),
    put: (id: string, body: BodyOf<'putMember'>, options?: CallOptions) =>
      this.call('putMember', { id, body }, options),
  }

  /** Receivers of events, for administrators. */
  readonly webhooks = {
    list: (...args: CallArguments<'listWebhooks'>) => this.list('listWebhooks', ...args),
    create: (body: BodyOf<'createWebhook'>, options?: CallOptions) => this.call('createWebhook', { body }, options),
    delete: (id: string, options?: CallOptions) => this.call('deleteWebhook', { id }, options),
    /** What became of the events of the last month. */
    deliveries: (...args: CallArguments<'listDeliveries'>) => this.list('listDeliveries', ...args),
  }

  readonly audit = { list: (...args: CallArguments<'listAudit'>) => this.list('listAudit', ...args) }

  /** Things that you may see, by names much like a text. */
  search(q: string, more: Omit<CallInput<'search'>, 'q'> = {}, options?: CallOptions) {
    return this.call('search', { q, ...more }, options)
  }

  /** Who asks. */
  me(options?: CallOptions) {
    return this.call('getMe', {}, options)
  }

  health(options?: CallOptions) {
    return this.call('getHealth', {}, options)
  }
}
