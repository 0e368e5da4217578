import { pipeline, Readable } from 'node:stream'
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { Fault } from '../domain/faults.ts'

type Compression = 'none' | 'gzip' | 'zstd'

/** The bytes packed; as they are with `none`. Fast rather than small: a part is written once and read many times. */
export async function* pack(compression: Compression, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (compression === 'none') yield* bytes
  else if (compression === 'gzip') yield* through(bytes, createGzip({ level: 1, chunkSize: 1 << 17 }))
  else
    yield* through(
      bytes,
      createZstdCompress({ chunkSize: 1 << 17, params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    )
}

/** What `pack` packed. Fault source-failed for bytes that are not packed so, or end early. */
export async function* unpack(
  compression: Compression,
  bytes: AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  if (compression === 'none') return yield* await bytes
  const stream = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  try {
    yield* through(await bytes, stream)
  } catch (cause) {
    const code = String((cause as { code?: unknown }).code)
    if (!/^(Z_|ZSTD_)/.test(code) && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw cause
    throw new Fault('source-failed', `The file is not ${compression} from its beginning to its end.`, { cause })
  }
}

/** Ending early frees both. What either throws is thrown. */
async function* through(
  bytes: AsyncIterable<Uint8Array>,
  stream: ReturnType<typeof createGzip | typeof createZstdCompress>,
): AsyncGenerator<Uint8Array> {
  let failure: unknown
  pipeline(Readable.from(bytes, { objectMode: true, highWaterMark: 1 }), stream, (error) => {
    failure = error
  })
  try {
    yield* stream as AsyncIterable<Uint8Array>
  } catch (thrown) {
    throw failure ?? thrown
  }
}
