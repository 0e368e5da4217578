import { Fault } from '../domain/faults.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { deviceLogins, userCodes } from '../ports/identity-records.ts'

/** The login that a person names by its user code, however it is typed. Fault not-found where it is over. */
export async function findDevice(catalog: CatalogReader, typed: string) {
  const plain = typed.toUpperCase().replace(/[^A-Z]/g, '')
  const hash = (await catalog.get(userCodes, `${plain.slice(0, 4)}-${plain.slice(4)}`))?.value.hash
  const found = hash === undefined ? undefined : await catalog.get(deviceLogins, hash)
  if (found?.value.state === 'pending' && found.value.expires > new Date().toISOString()) return found
  throw new Fault('not-found', 'No device waits with that code.', {
    hint: 'Look at the code again; after ten minutes a device must begin anew.',
  })
}
