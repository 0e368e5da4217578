import type { ObjectInfo, SourceObjects, Tables } from '../connectors/kind.ts'
import { Fault } from '../domain/faults.ts'
import type { SourceOperations } from '../domain/source-operations.ts'
import type { Opened, Sources } from '../ports/sources.ts'

/** Opens a source, lets `use` work with it, and closes it whatever happens. */
export async function withConnection<T>(
  sources: Sources,
  name: string,
  signal: AbortSignal,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const opened = await sources.open(name, signal)
  try {
    return await use(opened)
  } finally {
    await opened.connection.close()
  }
}

/** The tables of an opened source. Fault not-offered where its kind has none. */
export function tablesOf({ record, connection }: Opened): Tables {
  if (connection.tables) return connection.tables
  throw new Fault('not-offered', `${record.name} has no tables.`, {
    hint: `A connector of kind ${record.kind} offers no tables; see GET /v1/sources/${record.name}.`,
  })
}

/** How the databases of an opened source are listed. Fault not-offered where its kind knows of none. */
export function databasesOf(opened: Opened): NonNullable<Tables['databases']> {
  const tables = tablesOf(opened)
  if (tables.databases) return tables.databases
  throw new Fault('not-offered', `${opened.record.name} has no databases to choose from.`, {
    hint: 'Leave `database` out: its tables are listed without.',
  })
}

/** The files of an opened source. Fault not-offered where its kind has none. */
export function objectsOf({ record, connection }: Opened): SourceObjects {
  if (connection.objects) return connection.objects
  throw new Fault('not-offered', `${record.name} has no files.`, {
    hint: `A connector of kind ${record.kind} offers no files; see GET /v1/sources/${record.name}.`,
  })
}

/** A file of an opened source. Faults: not-offered, not-found, invalid-request for a folder. */
export async function fileOf(opened: Opened, key: string): Promise<{ objects: SourceObjects; info: ObjectInfo }> {
  const objects = objectsOf(opened)
  const info = await objects.describe(key)
  if (!info.isFolder) return { objects, info }
  throw new Fault('invalid-request', `${JSON.stringify(info.key)} is a folder.`, {
    hint: `List it: GET /v1/sources/${opened.record.name}/objects?delimiter=/&prefix=${encodeURIComponent(info.key)}.`,
  })
}

/** The operations of an opened source. Fault not-offered where its kind has none. */
export function operationsOf({ record, connection }: Opened): SourceOperations {
  if (connection.operations) return connection.operations
  throw new Fault('not-offered', `${record.name} has no operations.`, {
    hint: `A connector of kind ${record.kind} offers no operations; see GET /v1/sources/${record.name}.`,
  })
}
