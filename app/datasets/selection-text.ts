/** What a selection copies, in a few words. */
export function describeSelection(selection: Readonly<Record<string, unknown>>): string {
  const { table, sql, path, match, glob, regex, operation } = selection
  const more = Object.keys(selection).filter((key) => ['where', 'columns'].includes(key))
  const suffix = more.length > 0 ? ` (${more.join(', ')})` : ''
  if (table !== undefined) return `table ${table}${suffix}`
  if (sql !== undefined) return `query ${String(sql).replace(/\s+/g, ' ').slice(0, 80)}`
  const files = path ?? match ?? glob ?? regex
  if (files !== undefined) return `files ${files}`
  if (operation !== undefined) return `operation ${operation}`
  return JSON.stringify(selection).slice(0, 80)
}

/** A short name that suits a selection. */
export function suggestName(connector: string, selection: Readonly<Record<string, unknown>>): string {
  const { table, path, operation } = selection
  const text = String(table ?? (path === undefined ? undefined : baseName(String(path))) ?? operation ?? connector)
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 63) || connector
  )
}

const baseName = (path: string): string =>
  path
    .replace(/\/$/, '')
    .replace(/^.*\//, '')
    .replace(/(\.\w{1,8}){1,2}$/, '')
