import type { BodyOf, CallArguments, CallOptions, CallReply } from '../call-types.ts'
import { ExportFailed } from '../errors.ts'
import { sleep, type Transport } from '../transport.ts'

export type Export = CallReply<'getExport'>

const pollMs = 1000

/** Places that datasets are written to. */
export const exportersOf = (api: Transport) => ({
  list: (...args: CallArguments<'listExporters'>) => api.list('listExporters', ...args),
  create: (body: BodyOf<'createExporter'>, options?: CallOptions) => api.call('createExporter', { body }, options),
  get: (name: string, options?: CallOptions) => api.call('getExporter', { name }, options),
  update: (name: string, body: BodyOf<'updateExporter'>, options?: CallOptions) =>
    api.call('updateExporter', { name, body }, options),
  delete: (name: string, options?: CallOptions) => api.call('deleteExporter', { name }, options),
  /** Writes a version of a dataset there; `exports.wait(id)` waits for it. */
  run: (name: string, body: BodyOf<'createExport'>, options?: CallOptions) =>
    api.call('createExport', { name, body }, options),
})

export const exportsOf = (api: Transport) => ({
  get: (id: string, options?: CallOptions) => api.call('getExport', { id }, options),
  /** Those of an exporter, the newest first. */
  list: (...args: CallArguments<'listExports'>) => api.list('listExports', ...args),
  cancel: (id: string, options?: CallOptions) => api.call('cancelExport', { id, body: {} }, options),
  /** Waits for its end, telling every change. Throws ExportFailed, with its log, where that is no good one. */
  async wait(id: string, onChange?: (record: Export) => void, options?: CallOptions): Promise<Export> {
    for (let seen = ''; ; await sleep(pollMs, options?.signal)) {
      const record = await api.call('getExport', { id }, options)
      const text = JSON.stringify(record)
      if (text !== seen) onChange?.(record)
      seen = text
      if (record.state === 'done') return record
      if (record.state === 'failed' || record.state === 'cancelled') throw new ExportFailed(record)
    }
  },
})
