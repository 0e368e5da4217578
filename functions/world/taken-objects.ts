import type { ObjectWriter } from '../../shared/ports/objects.ts'
import { objects } from './objects.ts'
import { ownObjects } from './own-objects.ts'

/** Our objects, with copies of what a caller owns: read with the caller's keys, and put with those of the function. */
export const takenObjects = (caller: Parameters<typeof ownObjects>[0]): ObjectWriter => ({
  ...objects(),
  copy: async (from, to, options) => objects().put(to, await ownObjects(caller).get(from), options),
})
