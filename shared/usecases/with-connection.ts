import type { Tables } from '../connectors/kind.ts'
import { Fault } from '../domain/faults.ts'
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
