import type { BodyOf } from '../../clients/typescript/call-types.ts'
import type { Datasource } from '../api/types.ts'

type Incremental = Extract<Datasource['strategy'], { readonly kind: 'incremental' }>

/** How snapshots of a datasource are taken and kept, as a form has it. Numbers as they are typed; empty: not given. */
export interface Settings {
  readonly format: Datasource['format']
  readonly compression: Datasource['compression']
  readonly strategy: 'full' | 'incremental' | 'objects'
  readonly mode: Incremental['mode']
  readonly column: string
  /** Names of columns, one a line. */
  readonly key: string
  readonly deletes: boolean
  readonly fullEvery: string
  /** What is done where nothing has changed. */
  readonly unchanged: 'copy' | 'skip' | 'reuse'
  readonly drift: Datasource['drift']
  readonly keepLast: string
  readonly keepDays: string
}

export const startSettings: Settings = {
  format: 'parquet',
  compression: 'none',
  strategy: 'full',
  mode: 'append',
  column: '',
  key: '',
  deletes: false,
  fullEvery: '',
  unchanged: 'copy',
  drift: 'evolve',
  keepLast: '',
  keepDays: '',
}

export function settingsOf(datasource: Datasource): Settings {
  const { format, compression, drift, skipUnchanged, reuseUnchanged, retention, strategy } = datasource
  const { keepLast, keepDays } = retention ?? {}
  const base: Settings = {
    ...startSettings,
    format,
    compression,
    drift,
    unchanged: reuseUnchanged ? 'reuse' : skipUnchanged ? 'skip' : 'copy',
    keepLast: String(keepLast ?? ''),
    keepDays: String(keepDays ?? ''),
  }
  if (strategy === 'full') return base
  if (strategy.kind === 'objects') return { ...base, strategy: 'objects' }
  const { mode, column = '', key = [], deletes, fullEvery } = strategy
  return { ...base, strategy: 'incremental', mode, column, key: key.join('\n'), deletes, fullEvery: String(fullEvery) }
}

/** The fields of a datasource that the form speaks of, as the API takes them. */
export function settingsBody(settings: Settings) {
  const { format, compression, drift, unchanged, keepLast, keepDays } = settings
  const retention = { ...(keepLast && { keepLast: Number(keepLast) }), ...(keepDays && { keepDays: Number(keepDays) }) }
  return {
    format,
    compression: format === 'parquet' ? 'none' : compression,
    strategy: strategyOf(settings),
    drift,
    skipUnchanged: unchanged === 'skip',
    reuseUnchanged: unchanged === 'reuse',
    retention: Object.keys(retention).length === 0 ? null : retention,
  } satisfies Partial<BodyOf<'createDatasource'>>
}

function strategyOf({ strategy, mode, column, key, deletes, fullEvery }: Settings) {
  if (strategy === 'full') return 'full' as const
  if (strategy === 'objects') return { kind: strategy }
  const names = key.split('\n').filter((name) => name.trim() !== '')
  return {
    kind: strategy,
    mode,
    ...(column.trim() !== '' && { column: column.trim() }),
    ...(mode === 'merge' && names.length > 0 && { key: names }),
    ...(mode === 'merge' && { deletes }),
    ...(fullEvery !== '' && { fullEvery: Number(fullEvery) }),
  }
}
