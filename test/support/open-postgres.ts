import { Config } from '../../shared/connectors/postgres/config.ts'
import { openPostgres } from '../../shared/connectors/postgres/open.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { loopbackEgress } from './loopback-egress.ts'
import type { Login, TestPostgres } from './postgres.ts'

export type OpenedPostgres = Awaited<ReturnType<typeof openPostgres>>

/** The kind, opened on a test server. */
export function open(
  server: TestPostgres,
  login: Login = server.reader,
  {
    signal = new AbortController().signal,
    egress = loopbackEgress(),
    bounds,
    ...config
  }: { signal?: AbortSignal; egress?: ReturnType<typeof loopbackEgress> } & {
    bounds?: { cellBytes: number; queryTimeoutMs: number }
  } & Record<string, unknown> = {},
): Promise<OpenedPostgres> {
  const { host, port, database } = server
  return openPostgres(
    {
      config: Config.parse({ host, port, database, user: login.user, ...config }),
      credential: new Secret({ password: login.password }),
      egress,
      signal,
    },
    bounds,
  )
}
