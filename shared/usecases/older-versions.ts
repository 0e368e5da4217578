import { Fault, isFault } from '../domain/faults.ts'
import type { ObjectReader, ObjectWriter } from '../ports/objects.ts'
import { ulid } from '../snapshots/ulid.ts'
import { keysUnder } from './clear-objects.ts'
import type { OwnObject } from './own-scope.ts'

/** Where an object's older versions are, each under an id that sorts by time. */
export const olderPrefix = ({ olderRoot, name }: OwnObject): string => `${olderRoot}${name}/~/`

/** The key of an older version. Fault not-found for what is no id of one. */
export function olderKey(object: OwnObject, version: string): string {
  if (/^[0-9a-z]{26}$/.test(version)) return olderPrefix(object) + version
  throw new Fault('not-found', `There is no such version of ${JSON.stringify(object.name)}.`)
}

/** Keeps what is there now as an older version; where nothing is, nothing is kept. */
export async function keepOlder(objects: ObjectWriter, object: OwnObject): Promise<void> {
  await objects.copy(object.key, olderPrefix(object) + ulid()).catch((thrown) => {
    if (!isFault(thrown, 'not-found')) throw thrown
  })
}

/** The keys of an object's older versions, the oldest first. */
export async function* olderKeys(objects: ObjectReader, object: OwnObject): AsyncGenerator<string> {
  const prefix = olderPrefix(object)
  // A name may go on below this prefix: then more follows behind the id's place.
  for await (const key of keysUnder(objects, prefix)) if (!key.slice(prefix.length).includes('/')) yield key
}
