import { operations } from '../shared/api/index.ts'
import type { Needs } from '../shared/ports/index.ts'

/** Functions that no route leads to, and what they need. */
export const others = {
  authorizer: { catalog: 'read' },
  makeToken: { catalog: 'write' },
  runSnapshot: { catalog: 'write', objects: 'write', sources: 'open', runs: 'work' },
  extractPartition: { catalog: 'write', objects: 'write', sources: 'open' },
  holdView: { catalog: 'write', sources: 'open', runs: 'work' },
  runExport: { catalog: 'write', objects: 'read', sources: 'write', exports: 'start' },
  tidy: { catalog: 'write', objects: 'sweep', runs: 'start', exports: 'start', schedules: 'set' },
  deliver: { catalog: 'write', objects: 'read', schedules: 'set', events: 'tell', registry: 'write' },
  wake: { catalog: 'write', runs: 'start', schedules: 'set' },
} as const satisfies Readonly<Record<string, Needs>>

/** What every function needs, by its id: one an operation, and the others. */
export const needsOf: Readonly<Record<string, Needs>> = {
  ...Object.fromEntries(Object.entries(operations).map(([id, { needs }]) => [id, needs])),
  ...others,
}

export const functionIds: readonly string[] = Object.keys(needsOf)

/** The file of a function, without its ending: `list-sources` of `listSources`. */
export const fileOf = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
