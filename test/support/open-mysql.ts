import { Config } from '../../shared/connectors/mysql/config.ts'
import { type Bounds, openMysql } from '../../shared/connectors/mysql/open.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { loopbackEgress } from './loopback-egress.ts'
import type { TestMariadb } from './mariadb.ts'
import type { Login } from './postgres.ts'

export type OpenedMysql = Awaited<ReturnType<typeof openMysql>>

/** The kind, opened on a test server. */
export function open(
  server: Pick<TestMariadb, 'host' | 'port' | 'database' | 'reader'>,
  login: Login = server.reader,
  {
    signal = new AbortController().signal,
    egress = loopbackEgress(),
    bounds,
    ...config
  }: { signal?: AbortSignal; egress?: ReturnType<typeof loopbackEgress> } & {
    bounds?: Bounds
  } & Record<string, unknown> = {},
): Promise<OpenedMysql> {
  const { host, port, database } = server
  return openMysql(
    {
      config: Config.parse({ host, port, database, user: login.user, ...config }),
      credential: new Secret({ password: login.password }),
      egress,
      signal,
    },
    bounds,
  )
}
