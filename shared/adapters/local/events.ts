import { appendFile, rename, stat } from 'node:fs/promises'
import type { Events } from '../../ports/events.ts'
import { unlessMissing } from './files.ts'
import { inTurn } from './turns.ts'

export interface LocalBusOptions {
  /** Where the lines go. Readable by its owner alone. */
  readonly file: string
  /** A file that has grown to so many bytes is kept as `<file>.1`, in the place of the one before. */
  readonly maxBytes?: number
}

/** Appends events to a file, a line of JSON each: for `tail -F`, and programs that follow it. */
export const localBus = ({ file, maxBytes = 10_000_000 }: LocalBusOptions): Pick<Events, 'publish'> => ({
  publish: (events) =>
    inTurn(file, async () => {
      if (events.length === 0) return
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('')
      const size = (await stat(file).catch(unlessMissing))?.size ?? 0
      if (size > 0 && size + Buffer.byteLength(lines) > maxBytes) await rename(file, `${file}.1`)
      await appendFile(file, lines, { mode: 0o600 })
    }),
})
