import { randomUUID } from 'node:crypto'
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { Fault, isFault } from '../../domain/faults.ts'
import { objectChanged, objectTaken } from '../object-rules.ts'
import { awsFault, errorName, httpStatus, isBusy } from './faults.ts'
import { isConflict, type Upload, upload } from './upload.ts'

/**
 * Puts an object and gives its head. Some failures leave open whether the object is there: the SDK asks again where no
 * answer came, and the second request finds the key taken, or the upload gone, by the first. So each put leaves a mark
 * of its own with the object, and reading it back decides.
 */
export async function putObject(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  how: Upload,
  /** Fault not-found. */
  look: () => Promise<HeadObjectCommandOutput>,
): Promise<HeadObjectCommandOutput> {
  const attempt = randomUUID()
  const source = watch(bytes)
  try {
    await upload(source.bytes, { ...how, target: { ...how.target, Metadata: { attempt } } })
  } catch (thrown) {
    if (source.hasFailed()) throw thrown
    if (!isUnclear(thrown)) throw awsFault('S3', thrown)
    const found = await look().catch((fault) => (isFault(fault, 'not-found') ? undefined : Promise.reject(fault)))
    if (found?.Metadata?.attempt !== attempt) throw putFault(how, thrown)
    return found
  }
  return look()
}

/** Tells a failure of the bytes' maker from one of S3: the former is passed on as it is, whatever it looks like. */
function watch(bytes: Uint8Array | AsyncIterable<Uint8Array>) {
  let failed = false
  async function* watched(stream: AsyncIterable<Uint8Array>) {
    try {
      yield* stream
    } catch (thrown) {
      failed = true
      throw thrown
    }
  }
  return { bytes: bytes instanceof Uint8Array ? bytes : watched(bytes), hasFailed: () => failed }
}

const isGone = (thrown: unknown) => errorName(thrown) === 'NoSuchUpload'

const isUnclear = (thrown: unknown) =>
  httpStatus(thrown) === 412 || isConflict(thrown) || isGone(thrown) || isMissing(thrown) || isBusy(thrown)

/** What a put under `ifMatch` finds where there is nothing. */
const isMissing = (thrown: unknown) => httpStatus(thrown) === 404 && !isGone(thrown)

function putFault({ target: { Key: key }, condition }: Upload, cause: unknown): Fault {
  if (condition.ifMatch !== undefined && (httpStatus(cause) === 412 || isMissing(cause)))
    return objectChanged(key, cause)
  if (httpStatus(cause) === 412) return objectTaken(key, cause)
  if (!isConflict(cause) && !isGone(cause)) return awsFault('S3', cause)
  return new Fault('busy', 'Others are writing the same object.', { cause, retryAfter: 1 })
}
