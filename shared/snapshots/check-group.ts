import type { ConnectorRecord } from '../domain/connector.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { KindInfo } from '../ports/sources.ts'

/** Where in what was asked for one of the datasources is named, by its place among them. */
export type PointerOf = (place: number) => string

/**
 * Refuses datasources that cannot be taken as of one moment: of several connectors, of a kind that shows no moment, of a
 * connector that may have but one connection where one holds the moment for others, or of a strategy that reads at moments
 * of its own. Fault not-offered.
 */
export function checkGroup(
  datasources: readonly Pick<DatasourceRecord, 'name' | 'connector' | 'strategy'>[],
  { title, views, together }: Pick<KindInfo, 'title' | 'views' | 'together'>,
  { name, budget }: Pick<ConnectorRecord, 'name' | 'budget'>,
  pointerOf: PointerOf = (place) => `/body/datasources/${place}`,
): void {
  const refused = (place: number, detail: string, hint: string): Fault =>
    new Fault('not-offered', detail, { hint, errors: [{ pointer: pointerOf(place), detail }] })
  for (const [i, datasource] of datasources.entries()) {
    if (datasource.connector !== name)
      throw refused(
        i,
        `${datasource.name} is of the connector ${datasource.connector}, not of ${name}: no moment is the same in both.`,
        'Take a group of each connector.',
      )
    if (datasource.strategy !== 'full')
      throw refused(
        i,
        `${datasource.name} goes on from its version before, as its strategy says, and reads at a moment of its own.`,
        'Make a datasource of the same table with the strategy "full" for the group.',
      )
  }
  if (!views && !together)
    throw refused(
      0,
      `${title} shows no moment: what is behind it cannot be taken as of one.`,
      'Take the snapshots one by one, or select what belongs together by one query.',
    )
  if (views && budget < 2)
    throw refused(
      0,
      `The connector ${name} may have one connection, and holding a moment takes one besides those that read.`,
      'Raise its budget to 2 or more.',
    )
}
