import type { SecretReader, SecretWriter } from '../../shared/ports/secrets.ts'
import type { DataFolder } from '../data-folder.ts'
import { type Bucket, startBucket } from './bucket.ts'
import { type Petstore, startPetstore } from './petstore.ts'
import { startWarehouse, type Warehouse } from './warehouse.ts'

/** The servers of the demo. Each may be missing: Headgate is of use without it. */
export interface Demo {
  readonly warehouse: Warehouse | undefined
  readonly petstore: Petstore | undefined
  readonly bucket: Bucket | undefined
  /** Where they listen. */
  readonly places: readonly { readonly host: string; readonly port: number }[]
  stop(): Promise<void>
}

/** Starts all of the demo at once. `say` is told a sentence for each server that did not start, and why. */
export async function startDemo(
  folder: DataFolder,
  secrets: SecretReader & SecretWriter,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<Demo> {
  const orSay = async <T>(what: string, starting: Promise<T>): Promise<T | undefined> => {
    try {
      return await starting
    } catch (thrown) {
      say(`There is no ${what} this time. ${(thrown as Error).message}`)
      return undefined
    }
  }
  const [warehouse, petstore, bucket] = await Promise.all([
    orSay('demo warehouse', startWarehouse(folder.at('demo', 'postgres'), secrets, stop)),
    orSay('pet store', startPetstore()),
    orSay('bucket of public files', startBucket()),
  ])
  return {
    warehouse,
    petstore,
    bucket,
    places: [warehouse?.server, petstore, bucket].filter((place) => place !== undefined),
    async stop() {
      await Promise.all([petstore?.stop(), bucket?.stop(), warehouse?.server.stop()])
    },
  }
}
