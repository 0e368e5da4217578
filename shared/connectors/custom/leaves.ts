import { compareKeys } from '../../domain/compare-keys.ts'
import { Fault } from '../../domain/faults.ts'
import type { ListedObject } from './runner.ts'
import type { Sessions } from './sessions.ts'

const deepest = 32
const most = 100_000

/**
 * Every object that the code lists, prefixes followed down to what is below them, in byte order of their names. Faults:
 * source-failed for a name that comes twice and for prefixes that lead in a circle, too-large.
 */
export async function listLeaves(sessions: Sessions): Promise<readonly ListedObject[]> {
  const leaves = new Map<string, ListedObject>()
  let listed = 0
  const visit = async (metadata: ListedObject | null, path: readonly string[]): Promise<void> => {
    const prefixes: ListedObject[] = []
    for await (const items of sessions.stream((session) => session.list(metadata)))
      for (const item of items) {
        if (++listed > most) throw tooMany()
        if (item.is_prefix) prefixes.push(item)
        else if (leaves.has(item.name)) throw twice(item.name)
        else leaves.set(item.name, item)
      }
    for (const prefix of prefixes) {
      if (path.includes(prefix.name) || path.length >= deepest) throw endless(prefix.name)
      await visit(prefix, [...path, prefix.name])
    }
  }
  await visit(null, [])
  return [...leaves.values()].sort((a, b) => compareKeys(a.name, b.name))
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 200))

const tooMany = (): Fault =>
  new Fault('too-large', `The code lists more than ${most} objects.`, {
    hint: 'Have it list fewer, by its configuration.',
  })

const twice = (name: string): Fault =>
  new Fault('source-failed', `The code lists the object ${shown(name)} twice.`, {
    hint: 'A name stands for one object: put the prefix into it.',
  })

const endless = (name: string): Fault =>
  new Fault('source-failed', `The code lists the prefix ${shown(name)} below itself, or prefixes without an end.`, {
    hint: 'list_objects is called with each prefix as its metadata: it must then list what is below that.',
  })
