import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import type { Schema } from '../domain/batch.ts'
import type { Stage } from '../domain/check.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { Sources } from '../ports/sources.ts'
import { openDatasource } from '../snapshots/open-datasource.ts'
import { checkConnection } from './check-connection.ts'
import { findDatasource } from './find-datasource.ts'
import { showColumns } from './show-columns.ts'

export const checkDatasource: UseCase<typeof api.checkDatasource> = async (
  { catalog, sources },
  { name, body, signal },
) => {
  const { value: datasource } = await findDatasource(catalog, name)
  const begun = performance.now()
  const open = async (within: AbortSignal) => (await openDatasource({ sources }, datasource, within)).connection
  const { status, stages, warnings } = await checkConnection(open, body.timeoutMs, signal)
  if (status !== 'VALID_CONNECTION') return { body: { ok: false, status, stages, warnings, columns: null } }
  const left = Math.max(1, body.timeoutMs - (performance.now() - begun))
  const { stage, schema } = await sample(sources, datasource, left, signal)
  const columns = schema && showColumns(schema)
  return { body: { ok: stage.ok, status, stages: [...stages, stage], warnings, columns } }
}

/** Reads the first of what a snapshot would copy. What fails at the source is a failed stage. */
async function sample(
  sources: Sources,
  datasource: DatasourceRecord,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ stage: Stage; schema: Schema | null }> {
  const begun = performance.now()
  const deadline = AbortSignal.timeout(Math.ceil(timeoutMs))
  const stage = (ok: boolean, detail: string, hint: string | null = null): Stage => ({
    name: 'sample',
    ok,
    ms: Math.round(performance.now() - begun),
    detail,
    hint,
  })
  try {
    const { connection, selection } = await openDatasource({ sources }, datasource, AbortSignal.any([signal, deadline]))
    try {
      const extract = await connection.extract(selection)
      const first = await firstOf<unknown>(extract.shape === 'rows' ? extract.batches : extract.files)
      if (extract.shape === 'files')
        return {
          stage: stage(true, first ? 'There are files to copy.' : 'There is no file to copy now.'),
          schema: null,
        }
      const detail = `${extract.schema.length} columns; ${first ? 'the first rows can be read' : 'no rows now'}.`
      return { stage: stage(true, detail), schema: extract.schema }
    } finally {
      await connection.close()
    }
  } catch (thrown) {
    if (deadline.aborted && !signal.aborted)
      return { stage: stage(false, 'No rows came in time.', 'Select less, or give the check more time.'), schema: null }
    if (!(thrown instanceof Fault)) throw thrown
    return { stage: stage(false, thrown.detail, thrown.hint), schema: null }
  }
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}
