import { Config } from '../../shared/connectors/postgres/config.ts'
import { type Bounds, openPostgres } from '../../shared/connectors/postgres/open.ts'
import { type OpenDatabase, openerOf } from './open-database.ts'

export type OpenedPostgres = Awaited<ReturnType<typeof openPostgres>>

/** The kind, opened on a test server. */
export const open: OpenDatabase<OpenedPostgres, Bounds> = openerOf(Config, openPostgres)
