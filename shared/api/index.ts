import * as connectors from './connectors.ts'
import * as platform from './platform.ts'
import * as sources from './sources.ts'

/** Every operation by its id. */
export const operations = { ...platform, ...sources, ...connectors }

export type Operations = typeof operations
export type OperationId = keyof Operations
