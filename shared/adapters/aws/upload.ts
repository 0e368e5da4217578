import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Fault } from '../../domain/faults.ts'
import { maxParts } from '../object-rules.ts'
import { httpStatus } from './faults.ts'
import { retry } from './retry.ts'

/** What must hold of the key when the object appears. */
export interface PutCondition {
  readonly ifAbsent?: boolean
  readonly ifMatch?: string
}

/** As S3 takes it. */
export const toConditions = ({ ifAbsent, ifMatch }: PutCondition) => ({
  ...(ifAbsent && { IfNoneMatch: '*' }),
  ...(ifMatch !== undefined && { IfMatch: `"${ifMatch}"` }),
})

export interface Upload {
  readonly client: S3Client
  readonly target: Pick<PutObjectCommandInput, 'Metadata' | 'ContentType'> & {
    readonly Bucket: string
    readonly Key: string
  }
  readonly condition: PutCondition
  /** 5 MB or more. Three parts are held at once. */
  readonly partBytes: number
}

const partsAtOnce = 2

/**
 * Streams bytes to S3: in one request where they fit into one part, else in parts that are seen only when the last
 * request completes them. Throws what the SDK or the stream throws; what was sent by then is removed.
 */
export async function upload(bytes: Uint8Array | AsyncIterable<Uint8Array>, how: Upload): Promise<void> {
  const parts = inParts(bytes, how.partBytes)
  try {
    const first = await parts.next()
    if (first.done) return await putWhole(Buffer.alloc(0), how)
    const second = await parts.next()
    if (second.done) return await putWhole(first.value, how)
    await putParts(startWith([first.value, second.value], parts), how)
  } finally {
    await parts.return(undefined)
  }
}

async function putWhole(body: Uint8Array, { client, target, condition }: Upload): Promise<void> {
  const request = new PutObjectCommand({ ...target, Body: body, ...toConditions(condition) })
  await retry(() => client.send(request), { tries: 6, isRetryable: isConflict })
}

/** Others are writing the key just now (ConditionalRequestConflict). */
export const isConflict = (thrown: unknown): boolean => httpStatus(thrown) === 409

async function putParts(parts: AsyncIterable<Uint8Array>, { client, target, condition }: Upload): Promise<void> {
  const { Bucket, Key } = target
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target))
  const id = { Bucket, Key, UploadId }
  const sending: Promise<CompletedPart>[] = []
  const send = async (body: Uint8Array, number: number) => {
    const { ETag } = await client.send(new UploadPartCommand({ ...id, PartNumber: number, Body: body }))
    return { ETag, PartNumber: number }
  }
  try {
    const sent: CompletedPart[] = []
    let number = 0
    for await (const part of parts) {
      if (++number > maxParts)
        throw new Fault('too-large', `An object is at most ${maxParts} parts of ${part.length} bytes.`)
      const each = send(part, number)
      each.catch(() => {}) // its failure is met below, where it is awaited
      sending.push(each)
      if (sending.length === partsAtOnce) {
        sent.push(await sending[0]!)
        sending.shift()
      }
    }
    sent.push(...(await Promise.all(sending)))
    const request = { ...id, MultipartUpload: { Parts: sent }, ...toConditions(condition) }
    await client.send(new CompleteMultipartUploadCommand(request))
  } catch (thrown) {
    await Promise.allSettled(sending)
    // The bucket's lifecycle removes what this one fails to.
    await client.send(new AbortMultipartUploadCommand(id)).catch(() => {})
    throw thrown
  }
}

async function* startWith<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first
  yield* rest
}

/** The bytes in pieces of exactly that size, but for the last one. They are copies: a maker may use its buffer again. */
async function* inParts(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Uint8Array, undefined> {
  if (bytes instanceof Uint8Array) {
    for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
    return
  }
  let part = Buffer.alloc(0)
  let filled = 0
  for await (const chunk of bytes) {
    for (let taken = 0; taken < chunk.length; ) {
      if (filled === 0) part = Buffer.allocUnsafeSlow(partBytes)
      const piece = chunk.subarray(taken, taken + partBytes - filled)
      part.set(piece, filled)
      taken += piece.length
      filled += piece.length
      if (filled < partBytes) continue
      yield part
      filled = 0
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}
