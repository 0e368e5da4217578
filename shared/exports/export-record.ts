import { Name } from '../domain/connector.ts'
import { type ExportRecord, isExportEnded } from '../domain/exporter.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { exportsOf } from '../ports/export-records.ts'
import type { World } from '../ports/index.ts'
import { instant, type Pace } from '../snapshots/pace.ts'
import { tell } from '../snapshots/tell.ts'

type Writing = World<{ catalog: 'write' }>

/** An export's record. Fault not-found. */
export async function findExport({ catalog }: World<{ catalog: 'read' }>, id: string): Promise<Entry<ExportRecord>> {
  const [, exporter = ''] = /^(.+)-[0-9a-hjkmnp-tv-z]{26}$/.exec(id) ?? []
  const name = Name.safeParse(exporter)
  const entry = name.success ? await catalog.get(exportsOf(name.data), id) : undefined
  if (entry === undefined) throw new Fault('not-found', `There is no export ${JSON.stringify(id)}.`)
  return entry
}

/** Whether a worker was seen at it within `staleMs`. */
export const isSeen = (record: ExportRecord, now: number, staleMs: number): boolean =>
  record.state === 'running' && record.heartbeat !== null && now - Date.parse(record.heartbeat) < staleMs

/**
 * Takes the export over. Undefined where there is nothing to do: it has ended, a worker that lives is at it, or it ends by
 * this look at it. An attempt that was lost before it showed anything has left nothing to be seen, and never will: so it is
 * made again, whatever the mode, or goes on behind what lies beside. One that was lost at that very step is made again where the second replaces what the first
 * may have shown; otherwise it has failed, and says that nobody knows.
 */
export async function claimExport(
  world: Writing,
  id: string,
  { clock, staleMs, attempts }: Pick<Pace, 'clock' | 'staleMs' | 'attempts'>,
): Promise<ExportRecord | undefined> {
  for (;;) {
    const { value: record, revision } = await findExport(world, id)
    const now = instant(clock.now())
    if (isExportEnded(record.state) || isSeen(record, clock.now(), staleMs)) return undefined
    const value: ExportRecord = record.cancelRequested
      ? { ...record, ...ended('cancelled', now) }
      : isUnclear(record)
        ? { ...record, ...failed(record, unclear(record), now) }
        : triesOf(record) >= attempts
          ? { ...record, ...failed(record, diedTooOften(triesOf(record)), now) }
          : {
              ...record,
              state: 'running',
              phase: 'opening',
              attempt: record.attempt + 1,
              started: record.started ?? now,
              heartbeat: now,
              rows: record.beside?.rows ?? 0,
              bytes: 0,
              percent: null,
              beside: besideShown(record),
              log:
                record.state === 'pending' && record.attempt > 0 ? record.log : logged(record, now, beginning(record)),
            }
    if (await replaced(world, value, revision)) return value.state === 'running' ? value : undefined
  }
}

/** How many attempts there were since one came further. */
export const triesOf = ({ attempt, beside }: ExportRecord): number => attempt - (beside?.attempt ?? 0)

/** What lies beside, and whether it may be seen, for who goes on. */
export const besideShown = ({ beside, phase }: ExportRecord): ExportRecord['beside'] =>
  beside && { ...beside, mayBeShown: beside.mayBeShown || phase === 'showing' }

const beginning = ({ attempt, beside }: ExportRecord): string => {
  if (attempt === 0) return 'It begins.'
  return `Its worker was lost: it ${beside ? `goes on behind ${beside.rows} rows` : 'begins anew'}.`
}

/** Changes the record of a claimed export. Undefined where the claim is lost: the worker must stop, and show nothing. */
export async function changeExport(
  world: Writing,
  { id, attempt }: Pick<ExportRecord, 'id' | 'attempt'>,
  change: (record: ExportRecord) => Partial<ExportRecord>,
): Promise<ExportRecord | undefined> {
  for (;;) {
    const { value: record, revision } = await findExport(world, id)
    if (record.state !== 'running' || record.attempt !== attempt) return undefined
    const value = { ...record, ...change(record) }
    if (await replaced(world, value, revision)) return value
  }
}

/** What every ended export has in common. */
export const ended = (state: 'done' | 'failed' | 'cancelled', now: string) =>
  ({ state, phase: 'ended', ended: now, heartbeat: null }) as const

export const failed = (record: ExportRecord, error: NonNullable<ExportRecord['error']>, now: string) => ({
  ...ended('failed', now),
  error,
  log: logged(record, now, [error.detail, error.hint].filter((part) => part !== null).join(' ')),
})

/** So many lines are kept: an export has few. */
const mostLines = 50

export const logged = (record: ExportRecord, at: string, message: string): ExportRecord['log'] =>
  [...record.log, { at, message }].slice(-mostLines)

/** Whether nobody can find out what became of the last step: of what lay beside, the target itself tells. */
export const isUnclear = ({ phase, mode, beside }: ExportRecord): boolean =>
  phase === 'showing' && mode !== 'replace' && beside === undefined

/** What is told where nobody knows whether what was written can be seen. */
export const unclear = ({ to, target }: ExportRecord): NonNullable<ExportRecord['error']> => ({
  code: 'source-unreachable',
  detail: `It was lost at its last step: ${to === 'files' ? `the file ${target}` : `what was to be added to ${target}`} may be there, whole, or not at all.`,
  hint: 'Look there before it is exported again.',
})

export const takenOver = (): Fault => new Fault('conflict', 'Another worker has taken this export over.')

const diedTooOften = (times: number): NonNullable<ExportRecord['error']> => ({
  code: 'internal',
  detail: `Its worker died ${times} times.`,
  hint: 'A worker has 15 minutes on AWS: export less at once, or in a format that is smaller.',
})

const typeOf = { done: 'export.succeeded', failed: 'export.failed', cancelled: 'export.cancelled' } as const

/** Tells of the end of an export, in the transaction that ends it: nothing for one that goes on. */
export function tellExportEnd(record: ExportRecord): readonly Change[] {
  if (!isExportEnded(record.state)) return []
  const { attempt: _, heartbeat: __, log: ___, beside: ____, ...facts } = record
  return [tell(typeOf[record.state as keyof typeof typeOf], record.dataset, { export: facts })]
}

/** Whether the replacement was made: not, where someone else was first. */
export async function replaced({ catalog }: Writing, value: ExportRecord, revision: number): Promise<boolean> {
  try {
    await catalog.write([
      { replace: exportsOf(value.exporter), id: value.id, value, revision },
      ...tellExportEnd(value),
    ])
    return true
  } catch (thrown) {
    if (isFault(thrown, 'precondition-failed')) return false
    throw thrown
  }
}
