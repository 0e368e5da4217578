import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { KindInfo } from '../ports/sources.ts'

/**
 * Refuses a way of copying that the kind cannot go, before anything is saved. Fault invalid-request.
 */
export function checkCopying(
  { title, capabilities, increments }: KindInfo,
  { strategy, format, compression }: Pick<DatasourceRecord, 'strategy' | 'format' | 'compression'>,
): void {
  if (format === 'parquet' && compression !== 'none')
    throw refused(
      '/body/compression',
      'Parquet packs its columns by itself.',
      'Leave `compression` out, or choose csv or ndjson.',
    )
  if (strategy === 'full') return
  if (strategy.kind === 'objects') {
    if (!capabilities.includes('objects'))
      throw refused('/body/strategy', `${title} has no objects to go by.`, 'Choose "full" or an incremental strategy.')
    return
  }
  if (increments === undefined)
    throw refused(
      '/body/strategy',
      `${title} cannot tell which rows are new.`,
      'Choose "full", or { "kind": "objects" } for files.',
    )
  if (increments === 'column' && strategy.column === undefined)
    throw refused(
      '/body/strategy/column',
      `${title} tells new rows by a column whose values grow with every change.`,
      'Name it, as `column`: one like updated_at, or an increasing id.',
    )
}

const refused = (pointer: string, detail: string, hint: string): Fault =>
  new Fault('invalid-request', detail, { hint, errors: [{ pointer, detail }] })
