import * as audit from './audit.ts'
import * as auth from './auth.ts'
import * as connectors from './connectors.ts'
import * as datasetStatistics from './dataset-statistics.ts'
import * as datasets from './datasets.ts'
import * as datasources from './datasources.ts'
import * as exporters from './exporters.ts'
import * as groups from './groups.ts'
import * as members from './members.ts'
import * as objects from './objects.ts'
import * as pipelines from './pipelines.ts'
import * as platform from './platform.ts'
import * as schedules from './schedules.ts'
import * as search from './search.ts'
import * as secrets from './secrets.ts'
import * as snapshots from './snapshots.ts'
import * as sourceObjects from './source-objects.ts'
import * as sourceOperations from './source-operations.ts'
import * as sources from './sources.ts'
import * as tokens from './tokens.ts'
import * as uploadedDatasets from './uploaded-datasets.ts'
import * as uploads from './uploads.ts'
import * as webhooks from './webhooks.ts'

/** Every operation by its id. */
export const operations = {
  ...platform,
  ...sources,
  ...sourceObjects,
  ...sourceOperations,
  ...connectors,
  ...datasources,
  ...snapshots,
  ...groups,
  ...schedules,
  ...webhooks,
  ...datasets,
  ...datasetStatistics,
  ...uploadedDatasets,
  ...exporters,
  ...objects,
  ...uploads,
  ...pipelines,
  ...secrets,
  ...tokens,
  ...auth,
  ...members,
  ...audit,
  search: search.search,
}

export type Operations = typeof operations
export type OperationId = keyof Operations
