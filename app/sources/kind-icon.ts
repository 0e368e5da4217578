import type { Source } from '../api/types.ts'
import type { IconName } from '../ui/icon.tsx'

const byKind: Readonly<Record<string, IconName>> = {
  postgres: 'database',
  mysql: 'database',
  sqlite: 'database',
  s3: 'bucket',
  ftp: 'server',
  sftp: 'server',
  http: 'globe',
  openapi: 'api',
  custom: 'code',
}

/** The picture of a kind; of one that has none here, that of what it offers. */
export function kindIcon({ kind, capabilities }: Pick<Source, 'kind' | 'capabilities'>): IconName {
  const known = byKind[kind]
  if (known) return known
  if (capabilities.includes('tables')) return 'database'
  return capabilities.includes('objects') ? 'folder' : 'api'
}
