import { whileWanted } from '../files/ended.ts'
import { takeStages } from '../files/stages.ts'
import type { Connection, OpenAt } from '../kind.ts'
import type { Config, Credential, Selection } from './config.ts'
import { conform } from './conform.ts'
import { extractionOf } from './extraction.ts'
import { listLeaves } from './leaves.ts'
import { objectsOf } from './objects.ts'
import type { ListedObject, Runner } from './runner.ts'
import { newSessions, type Sessions } from './sessions.ts'

/** One connection to the code: what it lists is asked for once, the code runs only while something is asked. */
export function openConnection(runner: Runner, at: OpenAt<Config, Credential>): Connection<'objects', Selection> {
  const { config, credential } = at
  const closing = new AbortController()
  const signal = AbortSignal.any([at.signal, closing.signal])
  const opened: Sessions[] = []
  const byConfig = new Map<string, { sessions: Sessions; leaves: () => Promise<readonly ListedObject[]> }>()
  /** The code with what a datasource configures; without, as whoever browses sees it. */
  const codeWith = (own: unknown = {}) => {
    const key = JSON.stringify(own)
    const known = byConfig.get(key)
    if (known) return known
    const sessions = newSessions({ runner, config, credential, signal }, own)
    opened.push(sessions)
    let listing: Promise<readonly ListedObject[]> | undefined
    const leaves = () => {
      listing ??= whileWanted(signal, listLeaves(sessions)).catch((thrown: unknown) => {
        listing = undefined
        throw thrown
      })
      return listing
    }
    const made = { sessions, leaves }
    byConfig.set(key, made)
    return made
  }
  const extraction = (selection: Selection) =>
    extractionOf({ runner, config, ...codeWith(selection.config) }, selection)
  const browsed = codeWith()
  return {
    objects: objectsOf(browsed.sessions, browsed.leaves),
    check: () =>
      takeStages(async (take) => {
        const sessions = newSessions({ runner, config, credential, signal }, {})
        try {
          const printed = (await conform(take, sessions)).trim()
          return printed === '' ? [] : [`The code printed: ${printed.slice(-1000)}`]
        } finally {
          sessions.close()
        }
      }),
    plan: (selection) => extraction(selection).plan(),
    planObjects: (selection, known) => extraction(selection).planObjects(known),
    extract: (selection, partition) => extraction(selection).extract(partition),
    fingerprint: (selection) => extraction(selection).fingerprint(),
    async close() {
      closing.abort()
      for (const sessions of opened) sessions.close()
    },
  }
}
