import { fileExtraction } from '../files/extraction.ts'
import type { Connection } from '../kind.ts'
import { checkFtp } from './check.ts'
import type { Selection } from './config.ts'
import { ftpObjects } from './objects.ts'
import { newPool } from './pool.ts'
import type { At } from './session.ts'

/** A connection of the kind. The driver is basic-ftp, which dials nothing itself. */
export async function openFtp(at: At): Promise<Connection<'objects', Selection>> {
  const pool = newPool(at)
  const objects = ftpObjects(pool, at.signal)
  return { objects, check: () => checkFtp(at), ...fileExtraction(objects), close: async () => pool.close() }
}
