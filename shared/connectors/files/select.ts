import { Fault } from '../../domain/faults.ts'
import type { ObjectInfo, SourceObjects } from '../kind.ts'
import { globPattern, type Pattern, regexPattern } from './pattern.ts'
import type { FileSelection } from './selection.ts'

/** Files of one datasource at most. */
const mostFiles = 100_000

/** The files that a selection names, in byte order. Faults: not-found where there is none, too-large. */
export async function selectFiles(objects: SourceObjects, selection: FileSelection): Promise<readonly ObjectInfo[]> {
  const one = 'path' in selection ? selection.path : 'match' in selection ? selection.match : undefined
  if (one !== undefined && !('path' in selection && one.endsWith('/'))) {
    const info = await objects.describe(one)
    if (!info.isFolder) return [info]
    throw new Fault('invalid-request', `${JSON.stringify(info.key)} is a folder.`, {
      hint: 'Select what is below it: path with / at its end, or a glob.',
    })
  }
  const files = await listAll(objects, patternOf(selection))
  if (files.length > 0) return files
  throw new Fault('not-found', 'No file is selected.', {
    hint: 'List the source, and compare the keys with the pattern.',
  })
}

function patternOf(selection: FileSelection): Pattern {
  if ('glob' in selection) return globPattern(selection.glob)
  if ('regex' in selection) return regexPattern(selection.regex)
  const prefix = 'path' in selection ? selection.path : selection.match
  return { prefix, filter: (keys) => keys }
}

async function listAll(objects: SourceObjects, pattern: Pattern): Promise<ObjectInfo[]> {
  const files: ObjectInfo[] = []
  let after: string | null = null
  do {
    const page = await objects.list({ prefix: pattern.prefix, limit: 1000, ...(after !== null && { after }) })
    const wanted = new Set(pattern.filter(page.items.map(({ key }) => key)))
    files.push(...page.items.filter(({ key, isFolder }) => !isFolder && wanted.has(key)))
    if (files.length > mostFiles)
      throw new Fault('too-large', `More than ${mostFiles} files are selected.`, { hint: 'Select fewer of them.' })
    after = page.next
  } while (after !== null)
  return files
}
