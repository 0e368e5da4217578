import type { ConnectorRecord } from '../domain/connector.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import type { OpenSource } from '../ports/sources.ts'

/**
 * Opens what is behind a datasource, and its selection as its kind reads it. The caller must close the connection.
 * Faults: not-found, invalid-request where the kind takes the selection no more, and those of opening.
 */
export async function openDatasource(
  { sources }: World<{ sources: 'open' }>,
  datasource: Pick<DatasourceRecord, 'name' | 'connector' | 'kind' | 'selection'>,
  signal: AbortSignal,
): Promise<{ readonly connection: OpenSource; readonly selection: unknown; readonly record: ConnectorRecord }> {
  const selection = selectionOf({ sources }, datasource)
  const { record, connection } = await sources.open(datasource.connector, signal)
  if (record.kind === datasource.kind) return { connection, selection, record }
  await connection.close()
  throw new Fault('conflict', `The connector ${datasource.connector} is ${record.kind} now, not ${datasource.kind}.`, {
    hint: 'Save the datasource again with a selection for that kind.',
  })
}

/** A datasource's selection as its kind reads it. Fault invalid-request where the kind takes it no more. */
export function selectionOf(
  { sources }: World<{ sources: 'know' }>,
  { name, kind, selection }: Pick<DatasourceRecord, 'name' | 'kind' | 'selection'>,
): unknown {
  const parsed = sources.get(kind).selection.safeParse(selection)
  if (parsed.success) return parsed.data
  throw new Fault('invalid-request', `The selection of ${name} is not one that ${kind} takes.`, {
    hint: 'Save the datasource again.',
    cause: parsed.error,
  })
}
