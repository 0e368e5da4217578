import type { BodyOf, CallArguments, CallOptions, CallReply } from '../call-types.ts'
import { ConnectionFailed, SnapshotFailed } from '../errors.ts'
import { readLines } from '../lines.ts'
import { sleep, type Transport } from '../transport.ts'

export type Snapshot = CallReply<'getSnapshot'>
export type Group = CallReply<'getGroup'>

const pollMs = 1000

/** Whether nothing more will happen to it. */
export const isEnded = ({ state }: Pick<Snapshot, 'state'>): boolean => state !== 'pending' && state !== 'running'

export const snapshotsOf = (api: Transport) => {
  /** The record whenever it has changed, until it has ended. Where the stream breaks off, it is asked for instead. */
  async function* events(id: string, options: CallOptions = {}): AsyncGenerator<Snapshot> {
    try {
      for await (const group of readLines<Snapshot>(api.stream('watchSnapshot', { id }, options)))
        for (const snapshot of group) {
          yield snapshot
          if (isEnded(snapshot)) return
        }
    } catch (thrown) {
      if (!(thrown instanceof ConnectionFailed)) throw thrown
    }
    for (let seen = ''; ; await sleep(pollMs, options.signal)) {
      const snapshot = await api.call('getSnapshot', { id }, options)
      const text = JSON.stringify(snapshot)
      if (text !== seen) yield snapshot
      if (isEnded(snapshot)) return
      seen = text
    }
  }
  return {
    events,
    /** Starts one of a datasource; it is at work when this returns. */
    create: (name: string, body: BodyOf<'createSnapshot'> = {}, options?: CallOptions) =>
      api.call('createSnapshot', { name, body }, options),
    get: (id: string, options?: CallOptions) => api.call('getSnapshot', { id }, options),
    /** Those of a datasource, the newest first. */
    list: (...args: CallArguments<'listSnapshots'>) => api.list('listSnapshots', ...args),
    /** Those of all datasources. */
    runs: (...args: CallArguments<'listRuns'>) => api.list('listRuns', ...args),
    /** Starts those of several datasources of one connector, as of one moment: all become versions at once, or none. */
    createTogether: (
      datasources: readonly string[],
      body: Omit<BodyOf<'createGroup'>, 'datasources'> = {},
      options?: CallOptions,
    ) => api.call('createGroup', { body: { ...body, datasources: [...datasources] } }, options),
    getGroup: (id: string, options?: CallOptions) => api.call('getGroup', { id }, options),
    /** Waits for the end of a group, telling how far it is. Throws SnapshotFailed where that is no good one. */
    async waitTogether(id: string, onChange?: (group: Group) => void, options?: CallOptions): Promise<Group> {
      for (;;) {
        const group = await api.call('getGroup', { id }, options)
        onChange?.(group)
        if (group.state === 'done') return group
        if (isEnded(group)) throw new SnapshotFailed(group.snapshots[0]!)
        await sleep(pollMs, options?.signal)
      }
    },
    cancel: (id: string, options?: CallOptions) => api.call('cancelSnapshot', { id, body: {} }, options),
    /** Waits for its end, telling every change. Throws SnapshotFailed where that is no good one. */
    async wait(id: string, onChange?: (snapshot: Snapshot) => void, options?: CallOptions): Promise<Snapshot> {
      let last: Snapshot | undefined
      for await (last of events(id, options)) onChange?.(last)
      if (last?.state !== 'done' && last?.state !== 'skipped') throw new SnapshotFailed(last!)
      return last
    },
  }
}
