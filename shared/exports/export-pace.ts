import { type Pace, steadyPace } from '../snapshots/pace.ts'

/** How an export is paced. */
export interface ExportPace extends Pace {
  /** A version of more bytes is gathered beside its table, over as many workers as it takes. */
  readonly gatheredFromBytes: number
  /** What was gathered for so long is kept: who dies, or has no more time, loses so much. */
  readonly keptAfterMs: number
}

export const steadyExportPace: ExportPace = {
  ...steadyPace,
  gatheredFromBytes: 256 * 1024 * 1024,
  keptAfterMs: 20_000,
}
