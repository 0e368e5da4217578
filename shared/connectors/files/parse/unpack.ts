import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { Fault } from '../../../domain/faults.ts'
import { cutFrames, type FramePiece } from './zstd-frames.ts'

export interface UnpackLimits {
  /** How many times its size a file may unpack to. */
  readonly ratio: number
  /** Bytes that are unpacked before the ratio counts. */
  readonly free: number
}

const usual: UnpackLimits = { ratio: 200, free: 64 * 1024 * 1024 }

/** No more memory for a zstd window than its own tool takes unasked: 128 MB. */
const windowLog = 27

/**
 * The bytes of a file, unpacked where they begin as gzip or zstd do: once, not again within. Faults: too-large for what
 * unpacks to far more than its size, source-failed for what is damaged or cut off.
 */
export async function* unpack(chunks: AsyncIterable<Uint8Array>, limits = usual): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]()
  try {
    let head: Buffer = Buffer.alloc(0)
    while (head.length < 4) {
      const next = await source.next()
      if (next.done) break
      head = Buffer.concat([head, next.value])
    }
    const whole = prepend(head, source)
    if (head[0] === 0x1f && head[1] === 0x8b) yield* unpackGzip(whole, limits)
    else if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) yield* unpackZstd(whole, limits)
    else yield* whole
  } finally {
    await source.return?.()
  }
}

async function* prepend(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

/** Bytes that went in and came out. */
interface Tally {
  in: number
  out: number
}

async function* unpackGzip(chunks: AsyncIterable<Uint8Array>, limits: UnpackLimits): AsyncGenerator<Uint8Array> {
  yield* decode(chunks, createGunzip(), { in: 0, out: 0 }, limits)
}

async function* unpackZstd(chunks: AsyncIterable<Uint8Array>, limits: UnpackLimits): AsyncGenerator<Uint8Array> {
  const tally = { in: 0, out: 0 }
  const pieces = cutFrames(chunks)
  for (let first = await pieces.next(); !first.done; first = await pieces.next()) {
    const decoder = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: windowLog } })
    yield* decode(frame(first.value, pieces), decoder, tally, limits)
  }
}

/** One frame, from the piece that begins it. */
async function* frame(first: FramePiece, pieces: AsyncIterator<FramePiece>): AsyncGenerator<Uint8Array> {
  if (first.bytes.length > 0) yield first.bytes
  for (let { ends } = first; !ends; ) {
    const next = await pieces.next()
    if (next.done) return
    if (next.value.bytes.length > 0) yield next.value.bytes
    ends = next.value.ends
  }
}

async function* decode(
  chunks: AsyncIterable<Uint8Array>,
  decoder: ReturnType<typeof createGunzip>,
  tally: Tally,
  { ratio, free }: UnpackLimits,
): AsyncGenerator<Uint8Array> {
  const counted = async function* () {
    for await (const chunk of chunks) {
      tally.in += chunk.byteLength
      yield chunk
    }
  }
  let failure: unknown
  const fed = pipeline(Readable.from(counted(), { objectMode: false }), decoder).catch((error: unknown) => {
    failure = error
  })
  try {
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      tally.out += chunk.byteLength
      if (tally.out > free && tally.out > tally.in * ratio) throw bomb(ratio)
      yield chunk
    }
    await fed
    if (failure !== undefined) throw failure
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown
    throw new Fault('source-failed', 'The compressed file is damaged or cut off.', {
      hint: 'Unpack it with its own tool to see what is wrong.',
      cause: thrown,
    })
  } finally {
    decoder.destroy()
    await fed
  }
}

const bomb = (ratio: number): Fault =>
  new Fault('too-large', `The compressed file unpacks to more than ${ratio} times its size.`, {
    hint: 'Where that is no mistake, have it stored unpacked or as Parquet.',
  })
