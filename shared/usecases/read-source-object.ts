import type { Input, Stream, UseCase } from '../api/operation.ts'
import type * as api from '../api/source-objects.ts'
import { Fault } from '../domain/faults.ts'
import type { Opened } from '../ports/sources.ts'
import { bytesReply } from './bytes-reply.ts'
import { fileOf } from './with-connection.ts'

export const readSourceObject: UseCase<typeof api.readSourceObject> = async ({ sources }, input) => {
  const opened = await sources.open(input.source, input.signal)
  const done = () => opened.connection.close()
  try {
    if (input.format !== undefined) {
      const { fileRowsReply } = await import('./file-rows.ts')
      const file = await fileOf(opened, input.key)
      return await fileRowsReply({ ...file, of: opened.record.uid }, input, done)
    }
    if (input.link) return await link(opened, input, done)
    const { objects, info } = await fileOf(opened, input.key)
    return await bytesReply(info, input.reading, (range) => objects.read(info.key, range, info), done)
  } catch (thrown) {
    await done()
    throw thrown
  }
}

async function link(
  opened: Opened,
  { key, seconds }: Input<typeof api.readSourceObject>,
  done: () => Promise<void>,
): Promise<Stream> {
  const { objects, info } = await fileOf(opened, key)
  if (!objects.link)
    throw new Fault('not-offered', `${opened.record.name} cannot sign links.`, {
      hint: 'Read the bytes here: leave `link` out.',
    })
  const body = Buffer.from(JSON.stringify(await objects.link(info.key, seconds)))
  await done()
  return {
    headers: { 'content-type': 'application/json', 'content-length': String(body.byteLength) },
    stream: (async function* () {
      yield body
    })(),
  }
}
