import { Config } from '../../shared/connectors/mysql/config.ts'
import { type Bounds, openMysql } from '../../shared/connectors/mysql/open.ts'
import { type OpenDatabase, openerOf } from './open-database.ts'

export type OpenedMysql = Awaited<ReturnType<typeof openMysql>>

/** The kind, opened on a test server. */
export const open: OpenDatabase<OpenedMysql, Bounds> = openerOf(Config, openMysql)
