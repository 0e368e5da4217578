import type { CatalogReader, CatalogWriter } from './catalog.ts'
import type { Events } from './events.ts'
import type { ObjectReader, ObjectWriter, Uploads } from './objects.ts'
import type { Registry } from './registry.ts'
import type { Exports, Runs, RunWork } from './runs.ts'
import type { Schedules } from './schedules.ts'
import type { SecretReader, SecretWriter } from './secrets.ts'
import type { Kinds, Pins, Sources, Trials, Writers } from './sources.ts'

/** Every port and the accesses it offers. `infra/grants.ts` has a line for each, and the compiler asks for it. */
export interface Ports {
  catalog: { read: CatalogReader; write: CatalogWriter }
  /** `writeOwn`: the caller's, and the organisation's for administrators. */
  secrets: { read: SecretReader; write: SecretWriter; writeOwn: SecretWriter }
  /**
   * `read` and `write`: datasets, and reading what was uploaded to become one. `…Own`: what the caller owns, and nothing
   * of another's. `take`: what was uploaded, and copying into it what the caller owns. `sweep`: all.
   */
  objects: {
    read: ObjectReader
    write: ObjectWriter
    readOwn: ObjectReader
    writeOwn: ObjectWriter
    take: ObjectWriter
    sweep: Pick<ObjectWriter, 'list' | 'delete'>
  }
  uploads: { writeOwn: Uploads }
  sources: { know: Kinds; pin: Pins; open: Sources; try: Trials; write: Writers }
  runs: { start: Runs; work: RunWork }
  exports: { start: Exports }
  schedules: { set: Schedules }
  events: { tell: Events }
  registry: { write: Registry }
}

/** What an operation may touch: it types the world that its use case gets, and it is its Lambda's IAM policy. */
export type Needs = { readonly [P in keyof Ports]?: keyof Ports[P] }

export type World<N extends Needs = Needs> = {
  readonly [P in keyof N & keyof Ports]: Ports[P][N[P] & keyof Ports[P]]
}

/** Everything: what a composition root makes. */
export type WholeWorld = {
  readonly catalog: CatalogWriter
  readonly secrets: SecretReader & SecretWriter
  readonly objects: ObjectWriter
  readonly uploads: Uploads
  readonly sources: Sources & Trials & Pins & Writers
  readonly runs: Runs
  readonly exports: Exports
  readonly schedules: Schedules
  readonly events: Events
  readonly registry: Registry
}
