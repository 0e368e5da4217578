import { mayNotWrite } from '../sql/stages.ts'

const writing = new Set([
  'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'TRIGGER', 'EVENT', 'CREATE VIEW', 'CREATE ROUTINE',
  'ALTER ROUTINE', 'LOCK TABLES', 'DELETE HISTORY', 'ALL PRIVILEGES',
]) // biome-ignore format: a list
const mighty = new Set([
  'SUPER', 'SHUTDOWN', 'RELOAD', 'CREATE USER', 'CREATE ROLE', 'DROP ROLE', 'PROXY', 'SET USER', 'PROCESS',
]) // biome-ignore format: a list

/**
 * What the lines of SHOW GRANTS let a login do: whether it may read anything, and a warning for each power beyond
 * that. Only words of privileges are taken from them: they hold hashes of passwords too.
 */
export function powersOf(
  grants: readonly string[],
  { allowsWrite = false }: { readonly allowsWrite?: boolean } = {},
): { readonly mayRead: boolean; readonly warnings: string[] } {
  const held = grants.flatMap(heldBy)
  const has = (test: (privilege: string) => boolean, where?: RegExp) =>
    held.filter(({ privilege, on }) => test(privilege) && (where === undefined || where.test(on)))
  const everywhere = /^\*\.\*$/
  const warnings: string[] = []
  if (has((privilege) => privilege === 'ALL PRIVILEGES', everywhere).length > 0)
    warnings.push('The login may do anything: use one that may only read.')
  else {
    const places = [...new Set(has((privilege) => writing.has(privilege)).map(({ on }) => on))]
    if (allowsWrite && places.length === 0) warnings.push(mayNotWrite)
    if (!allowsWrite && places.length > 0)
      warnings.push(`The login may write to ${places.slice(0, 5).join(', ')}: use one that may only read.`)
    if (has((privilege) => privilege === 'FILE').length > 0)
      warnings.push('The login may read and write files of the server (FILE): take that from it.')
    const others = has(
      (privilege) => mighty.has(privilege) || /ADMIN$|^REPLICATION|^BINLOG|^CONNECTION/.test(privilege),
      everywhere,
    ).map(({ privilege }) => privilege)
    if (others.length > 0)
      warnings.push(`The login may more than read: it has ${[...new Set(others)].sort().join(', ')}.`)
  }
  if (grants.some((grant) => /WITH GRANT OPTION/.test(grant)))
    warnings.push('The login may hand its rights on to others (GRANT OPTION).')
  const mayRead = held.some(({ privilege }) => privilege === 'SELECT' || privilege === 'ALL PRIVILEGES')
  return { mayRead, warnings }
}

function heldBy(grant: string): { readonly privilege: string; readonly on: string }[] {
  const [, list, on] = /^GRANT (.+?) ON (?:TABLE |FUNCTION |PROCEDURE |PACKAGE )?(.+?) TO /i.exec(grant) ?? []
  if (list === undefined || on === undefined) return []
  return list
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((privilege) => ({
      privilege: privilege
        .trim()
        .toUpperCase()
        .replace(/[^A-Z_ ]/g, '')
        .replaceAll('_', ' '),
      on,
    }))
}
