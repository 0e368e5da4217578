import type { CallInput, CallOptions } from '../call-types.ts'
import { Rows, type Window } from '../rows.ts'
import type { Transport } from '../transport.ts'

/** Which version: its number, or the newest one that was there at an instant; without them, the one that is read. */
export interface Which {
  readonly version?: number
  readonly asOf?: string
}

/** The versions of what was copied, and the rows of one. It is made without a request. */
export class Dataset extends Rows<Window & Which> {
  /** Its name or uid, as it was asked for. */
  readonly dataset: string
  readonly #api: Transport

  constructor(api: Transport, name: string) {
    super(api, 'readDataset', (window, format, cursor) => ({ name, ...window, format, cursor }))
    this.dataset = name
    this.#api = api
  }

  /** The dataset and the version that is read. */
  get(options?: CallOptions) {
    return this.#api.call('getDataset', { name: this.dataset }, options)
  }

  versions(options?: CallOptions) {
    return this.#api.list('listVersions', { name: this.dataset }, options)
  }

  /** The manifest of a version. */
  manifest(version: number, options?: CallOptions) {
    return this.#api.call('getVersion', { name: this.dataset, version }, options)
  }

  /** How the columns of a version differ from those of another, by default the one before. */
  diff(version: number, other?: number, options?: CallOptions) {
    const sent = { name: this.dataset, version, ...(other !== undefined && { with: other }) }
    return this.#api.call('diffVersions', sent, options)
  }

  /** What is in the columns of a version, counted over all its rows. */
  statistics(input: Omit<CallInput<'countDataset'>, 'name'> = {}, options?: CallOptions) {
    return this.#api.call('countDataset', { name: this.dataset, ...input }, options)
  }

  /** The columns and the first rows of a version. */
  head(input: Which & { readonly limit?: number } = {}, options?: CallOptions) {
    return this.#api.call('readHead', { name: this.dataset, ...input, format: 'json' }, options)
  }

  /** The files of a version, each with an address that gives its bytes without a token. */
  files(input: Which = {}, options?: CallOptions) {
    return this.#api.list('listFiles', { name: this.dataset, ...input }, options)
  }

  /** A version as one file. */
  download(input: Omit<CallInput<'downloadDataset'>, 'name'> = {}, options?: CallOptions): Promise<Response> {
    return this.#api.open('downloadDataset', { name: this.dataset, ...input }, options)
  }

  /** Makes another version the one that is read. */
  rollBack(version: number, options?: CallOptions) {
    return this.#api.call('rollBackDataset', { name: this.dataset, body: { version } }, options)
  }

  /** Keeps a version whatever the retention says, or (`pinned` false) no more. */
  pin(version: number, pinned = true, options?: CallOptions) {
    return this.#api.call('pinVersion', { name: this.dataset, body: { version, pinned } }, options)
  }

  /** Reads a version whole and compares it with its manifest. */
  verify(version?: number, options?: CallOptions) {
    const body = version === undefined ? {} : { version }
    return this.#api.call('verifyDataset', { name: this.dataset, body }, options)
  }

  /** Which versions a retention would let go. */
  retention(input: Omit<CallInput<'previewRetention'>, 'name'> = {}, options?: CallOptions) {
    return this.#api.call('previewRetention', { name: this.dataset, ...input }, options)
  }

  deleteVersion(version: number, options?: CallOptions) {
    return this.#api.call('deleteVersion', { name: this.dataset, version }, options)
  }

  /** Deletes the dataset with all its versions. */
  delete(options?: CallOptions) {
    return this.#api.call('deleteDataset', { name: this.dataset }, options)
  }
}
