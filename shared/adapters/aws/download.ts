import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3'
import { Fault } from '../../domain/faults.ts'
import { awsFault, httpStatus, isBusy } from './faults.ts'

const resumes = 4

/**
 * The bytes of an answer that begins at `begin`. Where the connection breaks they go on from that byte, of the same
 * content or not at all.
 */
export async function* readBody(
  client: S3Client,
  target: { readonly Bucket: string; readonly Key: string },
  begin: number,
  answer: GetObjectCommandOutput,
): AsyncGenerator<Uint8Array> {
  const end = begin + (answer.ContentLength ?? 0)
  let at = begin
  let body = answer.Body as AsyncIterable<Uint8Array>
  for (let tries = 0; ; tries++) {
    try {
      for await (const chunk of body) {
        at += chunk.length
        yield chunk
      }
      return
    } catch (thrown) {
      if (tries === resumes || at >= end || !isBroken(thrown)) throw awsFault('S3', thrown)
    }
    const rest = { ...target, Range: `bytes=${at}-${end - 1}`, IfMatch: answer.ETag }
    const again = await client.send(new GetObjectCommand(rest)).catch((thrown) => Promise.reject(restFault(thrown)))
    body = again.Body as AsyncIterable<Uint8Array>
  }
}

/** A rest that cannot be had because the object is another by now. */
function restFault(cause: unknown): Fault {
  const isReplaced = httpStatus(cause) === 412 || httpStatus(cause) === 404
  return isReplaced ? new Fault('busy', 'The object was replaced while it was read.', { cause }) : awsFault('S3', cause)
}

/** Node says "aborted" where the other side closed too early. */
const isBroken = (thrown: unknown) =>
  isBusy(thrown) || (thrown instanceof Error && /aborted|premature/i.test(thrown.message))
