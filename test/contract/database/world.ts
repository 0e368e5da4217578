import { afterAll } from 'vitest'
import type { AnyKind, Connection, Tables } from '../../../shared/connectors/kind.ts'
import type { Selection } from '../../../shared/connectors/postgres/config.ts'
import { closedPort } from '../../support/closed-port.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import type { DatabaseServer, Login, OpenDatabase } from '../../support/open-database.ts'
import type { ConnectorWorld } from '../connector.ts'

/** A database that is opened: every kind of database lists databases and runs queries. */
export type OpenedDatabase = Connection<'tables', Selection> & { readonly tables: Required<Tables> }

export interface DatabaseBounds {
  readonly cellBytes: number
  readonly queryTimeoutMs: number
}

/** A real database server of a test file's own, and how its kind is opened there. */
export interface DatabaseWorld {
  readonly kind: AnyKind
  readonly server: DatabaseServer & { readonly superuser: Login; readonly writer: Login }
  readonly open: OpenDatabase<OpenedDatabase, DatabaseBounds>
  /** Runs statements as the superuser. */
  sql(text: string): Promise<unknown>
  /** How many sessions the reader has at the server. */
  sessions(): Promise<number>
  /** Has the server end them. */
  endSessions(): Promise<void>
}

/** Opens like the world, and closes it all when the tests are over. */
export function opening({ open }: DatabaseWorld): DatabaseWorld['open'] {
  const connections: OpenedDatabase[] = []
  afterAll(() => Promise.all(connections.map((connection) => connection.close())))
  return async (...args) => {
    const connection = await open(...args)
    connections.push(connection)
    return connection
  }
}

/** Tries for ten seconds at least. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return
    await new Promise((go) => setTimeout(go, 10))
  }
  throw new Error('It did not come about.')
}

/** What the suite of every connector asks, where the table `large` has 200,000 rows. */
export async function connectorWorld(
  { server: { host, port, database, reader }, sessions }: DatabaseWorld,
  names: readonly string[],
): Promise<ConnectorWorld> {
  return {
    config: { host, port, database, user: reader.user },
    credential: { password: reader.password },
    wrongCredential: { password: 'another-pässword-1c5e' },
    nobodyThere: { host, port: await closedPort(), database, user: reader.user },
    secretText: reader.password,
    egress: loopbackEgress(),
    openAtSource: sessions,
    tables: { names, large: 'large', largeRows: 200_000, selection: { table: 'large' } },
  }
}
