import { randomUUID } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Fault, isFault } from '../../domain/faults.ts'
import type { FileWriter } from '../../domain/writer.ts'
import { type At, ask, openStore, type Store } from './client.ts'
import { checkKey } from './objects.ts'

/** S3 takes 10,000 parts, each of at least 5 MB but the last: so parts grow, and an object may have 5 TB. */
const smallestPart = 8 << 20
const partsOfOneSize = 1000

/**
 * Puts objects into the bucket, below the prefix of the connector: in one request, or in parts that are seen only when the
 * last request completes them. What is sent by then is removed where the rest does not come.
 */
export async function openS3Writer(at: At, partBytes = smallestPart): Promise<FileWriter> {
  const { bucket: Bucket, prefix = '' } = at.config
  let store: Promise<Store> | undefined
  const open = () => {
    store ??= openStore(at)
    return store
  }
  return {
    to: 'files',
    async put(key, bytes, { ifAbsent, ready }) {
      const Key = prefix + key
      checkKey(Key)
      const { client } = await open()
      const condition = ifAbsent ? { IfNoneMatch: '*' } : {}
      const put = randomUUID()
      const Metadata = { put }
      const find = () => findObject(at, client, { Bucket, Key })
      const show = async (run: () => Promise<unknown>) => {
        // also of stores that know no such condition
        if (ifAbsent && (await find())) throw taken(key)
        await ready()
        try {
          await ask(at, run)
        } catch (thrown) {
          if (!ifAbsent || !isFault(thrown, 'source-changed')) throw thrown
          // Where no answer came the SDK asks again, and finds the key taken by its own first request.
          if ((await find())?.Metadata?.put !== put) throw taken(key, thrown)
        }
      }
      if (ifAbsent && (await find())) throw taken(key)
      const parts = inParts(bytes, partBytes)
      try {
        const first = await parts.next()
        const second = first.done ? first : await parts.next()
        if (second.done) {
          const Body = first.done ? Buffer.alloc(0) : first.value
          await show(() => client.send(new PutObjectCommand({ Bucket, Key, Body, Metadata, ...condition })))
          return
        }
        const { UploadId } = await ask(at, () =>
          client.send(new CreateMultipartUploadCommand({ Bucket, Key, Metadata })),
        )
        const upload = { Bucket, Key, UploadId }
        try {
          const Parts: CompletedPart[] = []
          const send = async (Body: Uint8Array) => {
            const PartNumber = Parts.length + 1
            const { ETag } = await ask(at, () => client.send(new UploadPartCommand({ ...upload, PartNumber, Body })))
            Parts.push({ ETag, PartNumber })
          }
          await send(first.value!)
          await send(second.value)
          for await (const part of parts) await send(part)
          const complete = { ...upload, MultipartUpload: { Parts }, ...condition }
          await show(() => client.send(new CompleteMultipartUploadCommand(complete)))
        } catch (thrown) {
          await abort(at, upload)
          throw thrown
        }
      } finally {
        await parts.return(undefined)
      }
    },
    async close() {
      const opened = await store?.catch(() => undefined)
      opened?.client.destroy()
    },
  }
}

const abortMs = 10_000

/** By a client of its own: what has to be given up is often over because the signal of the other has aborted. */
async function abort(at: At, upload: { Bucket: string; Key: string; UploadId: string | undefined }): Promise<void> {
  const { client } = await openStore({ ...at, signal: AbortSignal.timeout(abortMs) })
  // What this fails to remove, a lifecycle rule of the bucket does.
  await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {})
  client.destroy()
}

/** Undefined where there is none; and where the login may put objects but not look at them, so that nobody can tell. */
async function findObject(at: At, client: Store['client'], place: { Bucket: string; Key: string }) {
  try {
    return await ask(at, () => client.send(new HeadObjectCommand(place)))
  } catch (thrown) {
    if (isFault(thrown, 'not-found') || isFault(thrown, 'source-refused')) return undefined
    throw thrown
  }
}

/** The bytes in pieces of at least that size, but for the last one. They are copies: a maker may use its buffer again. */
async function* inParts(bytes: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Uint8Array, undefined> {
  let made = 0
  let size = partBytes
  let part = Buffer.alloc(0)
  let filled = 0
  for await (const chunk of bytes) {
    for (let taken = 0; taken < chunk.length; ) {
      if (filled === 0) part = Buffer.allocUnsafeSlow(size)
      const piece = chunk.subarray(taken, taken + size - filled)
      part.set(piece, filled)
      taken += piece.length
      filled += piece.length
      if (filled < size) continue
      yield part
      filled = 0
      if (++made % partsOfOneSize === 0) size *= 2
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}

const taken = (key: string, cause?: unknown): Fault =>
  new Fault('conflict', `There is an object ${JSON.stringify(key.slice(0, 200))} already.`, {
    hint: 'Choose the mode `replace` or `timestamp`, or another path.',
    cause,
  })
