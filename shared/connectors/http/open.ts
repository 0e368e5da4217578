import { Fault } from '../../domain/faults.ts'
import { fileExtraction } from '../files/extraction.ts'
import type { FileSelection } from '../files/selection.ts'
import type { Connection } from '../kind.ts'
import { ownKey } from './address.ts'
import type { At } from './ask.ts'
import { checkHttp } from './check.ts'
import type { Selection } from './config.ts'
import { httpObjects } from './objects.ts'

/** A connection of the kind: nothing stays open between requests. */
export async function openHttp(at: At): Promise<Connection<'objects', Selection>> {
  const objects = httpObjects(at)
  const { plan, planObjects, extract, fingerprint } = fileExtraction(objects)
  const own = ownKey(at.config)
  const asFile = ({ path = own, ...options }: Selection): FileSelection => {
    if (path !== undefined) return { path, ...options }
    throw new Fault('invalid-request', 'The URL stands for many files: the selection must name one.', {
      hint: 'Set path.',
    })
  }
  return {
    objects,
    check: () => checkHttp(at),
    plan: async (selection) => plan(asFile(selection)),
    planObjects: async (selection, known) => planObjects(asFile(selection), known),
    extract: async (selection, partition) => extract(asFile(selection), partition),
    fingerprint: async (selection) => fingerprint(asFile(selection)),
    close: async () => {},
  }
}
