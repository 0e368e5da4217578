import type * as z from 'zod'
import type { OpenAt } from '../../shared/connectors/kind.ts'
import type { Credential } from '../../shared/connectors/sql/config.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { loopbackEgress, type RecordingEgress } from './loopback-egress.ts'

export interface Login {
  readonly user: string
  readonly password: string
}

/** A database server of a test's own, and who may do what there. */
export interface DatabaseServer {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly reader: Login
}

/** Opens a kind on a server, as its reader where no login is given. What is none of these options is config. */
export type OpenDatabase<Opened, Bounds> = (
  server: DatabaseServer,
  login?: Login,
  options?: {
    readonly signal?: AbortSignal
    readonly egress?: RecordingEgress
    readonly bounds?: Bounds
  } & Record<string, unknown>,
) => Promise<Opened>

export const openerOf =
  <Config, Opened, Bounds>(
    config: z.ZodType<Config>,
    open: (at: OpenAt<Config, Credential>, bounds?: Bounds) => Promise<Opened>,
  ): OpenDatabase<Opened, Bounds> =>
  (
    { host, port, database, reader },
    login = reader,
    { signal = new AbortController().signal, egress = loopbackEgress(), bounds, ...more } = {},
  ) =>
    open(
      {
        config: config.parse({ host, port, database, user: login.user, ...more }),
        credential: new Secret({ password: login.password }),
        egress,
        signal,
      },
      bounds,
    )
