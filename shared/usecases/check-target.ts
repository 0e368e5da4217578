import type { ConnectorRecord } from '../domain/connector.ts'
import { type ExporterRecord, modesOf, type WriteMode } from '../domain/exporter.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { checkWriting } from '../ports/check-writing.ts'
import { findConnector } from '../ports/find-connector.ts'
import type { Kinds } from '../ports/sources.ts'

interface Target extends Pick<ExporterRecord, 'path' | 'table' | 'format'> {
  readonly connector: string
  readonly mode?: WriteMode | undefined
}

/**
 * The connector that an exporter writes to, and the mode, once they fit together; nothing is dialled. Faults:
 * invalid-request, forbidden where the connector does not allow writing, not-offered where its kind is only read.
 */
export async function checkTarget(
  { catalog, sources }: { catalog: CatalogReader; sources: Kinds },
  { connector: nameOrUid, path, table, mode, format }: Target,
): Promise<{ readonly connector: ConnectorRecord; readonly mode: WriteMode }> {
  const connector = await writable({ catalog, sources }, nameOrUid)
  const { to } = sources.get(connector.kind).writing!
  const [given, other] = to === 'files' ? (['path', 'table'] as const) : (['table', 'path'] as const)
  const values = { path, table }
  if (values[given] === null) throw wrong(given, `must be given: ${connector.name} takes ${to}`)
  if (values[other] !== null) throw wrong(other, `must be left out: ${connector.name} takes ${to}`)
  if (path !== null) checkPath(path)
  if (to === 'tables' && format !== null) throw wrong('format', 'is for files: a table has none')
  const modes: readonly WriteMode[] = modesOf[to]
  const chosen = mode ?? (to === 'files' ? 'safe' : undefined)
  if (chosen === undefined || !modes.includes(chosen))
    throw wrong('mode', `must be ${modes.slice(0, -1).join(', ')} or ${modes.at(-1)}: ${connector.name} takes ${to}`)
  return { connector, mode: chosen }
}

/** A connector that may be written to. Faults: invalid-request, forbidden, not-offered. */
async function writable(
  { catalog, sources }: { catalog: CatalogReader; sources: Kinds },
  nameOrUid: string,
): Promise<ConnectorRecord> {
  const { value: connector } = await findConnector(catalog, nameOrUid).catch((thrown) => {
    throw isFault(thrown, 'not-found') ? wrong('connector', thrown.detail) : thrown
  })
  if (sources.get(connector.kind).writing === undefined)
    throw new Fault('not-offered', `A connector of kind ${connector.kind} is only read.`, {
      hint: 'GET /v1/kinds tells by `writes` which kinds can be written to.',
    })
  checkWriting(connector)
  return connector
}

/** A key with no way out of the root, whatever the kind; `/` at its end makes it a folder. */
function checkPath(path: string): void {
  const parts = path.replace(/\/$/, '').split('/')
  const isKey = path.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(path)
  if (isKey && parts.every((part) => part !== '' && part !== '.' && part !== '..')) return
  throw wrong('path', 'must be folders and a name with single slashes between, none at the beginning, no . or ..')
}

function wrong(field: string, detail: string): Fault {
  return new Fault('invalid-request', 'The request is not valid.', { errors: [{ pointer: `/body/${field}`, detail }] })
}
