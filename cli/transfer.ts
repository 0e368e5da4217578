import { createWriteStream, openAsBlob } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { download, type Progress } from '../clients/typescript/index.ts'
import { UsageError } from './command.ts'
import type { Context } from './context.ts'
import { bytesText, type ProgressLine } from './progress.ts'

/** How far a transfer is, for people. */
export const showing =
  (line: ProgressLine, name: string) =>
  ({ done, total }: Progress): void =>
    line.show(
      `${bytesText(done)}${total === undefined ? '' : ` of ${bytesText(total)}`} ${name}`,
      total === undefined ? undefined : total === 0 ? 1 : done / total,
    )

/** The bytes of a response to standard output, or to the file that `-o` names. */
export async function writeBytes(context: Context, response: Response): Promise<void> {
  for await (const piece of download(response)) await context.output.write(piece)
}

/** The bytes of a response as a file, which is seen whole or not at all. */
export async function saveFile(context: Context, response: Response, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`
  const line = context.progress()
  let bytes = 0
  const onProgress = (now: Progress) => {
    bytes = now.done
    showing(line, file)(now)
  }
  try {
    const pieces = Readable.from(download(response, onProgress), { objectMode: false })
    await pipeline(pieces, createWriteStream(draft), { signal: context.signal })
    await rename(draft, file)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw context.signal.aborted ? context.signal.reason : thrown
  } finally {
    line.end()
  }
  context.note(`${file}: ${bytesText(bytes)}`)
}

/** A file as bytes that are read when they are needed. */
export async function openFile(file: string): Promise<Blob> {
  try {
    if (!(await stat(file)).isFile()) throw new UsageError(`${file} is no file.`)
    return await openAsBlob(file)
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown
    throw new UsageError(`${file} cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? thrown}.`)
  }
}
