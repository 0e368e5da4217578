import * as connectors from './connectors.ts'
import * as datasets from './datasets.ts'
import * as datasources from './datasources.ts'
import * as platform from './platform.ts'
import * as snapshots from './snapshots.ts'
import * as sourceObjects from './source-objects.ts'
import * as sources from './sources.ts'

/** Every operation by its id. */
export const operations = {
  ...platform,
  ...sources,
  ...sourceObjects,
  ...connectors,
  ...datasources,
  ...snapshots,
  ...datasets,
}

export type Operations = typeof operations
export type OperationId = keyof Operations
