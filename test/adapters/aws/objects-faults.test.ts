import { ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { awsObjects } from '../../../shared/adapters/aws/objects.ts'
import type { ObjectReader, ObjectWriter } from '../../../shared/ports/objects.ts'
import { outcomes } from '../../contract/contract.ts'
import { makeBucket, s3Client, takeTurns } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { brokenConnection, injectFaults, seededRandom, serviceError, type Trouble } from '../../support/faults.ts'
import { moto } from '../../support/moto.ts'

const partBytes = 5 * 1024 * 1024
const small = Buffer.from('small')
const large = Buffer.alloc(partBytes + 10, 'large')

const writes = new Set(['PutObjectCommand', 'CompleteMultipartUploadCommand'])

async function text(from: ObjectReader, key: string): Promise<string> {
  let all = ''
  for await (const chunk of await from.get(key)) all += Buffer.from(chunk).toString()
  return all
}

describeOn(moto, 'S3 with faults', (endpoint) => {
  let bucket: string
  let clients: S3Client[] = []
  beforeEach(async () => {
    for (const client of clients) client.destroy()
    clients = []
    bucket = await makeBucket(open())
  })
  afterAll(() => {
    for (const client of clients) client.destroy()
  })

  const open = () => {
    const client = s3Client(endpoint())
    clients.push(client)
    return client
  }
  const sound = () => awsObjects({ client: open(), bucket, partBytes })
  const troubled = (trouble: (command: string, n: number) => Trouble): ObjectWriter => {
    const client = open()
    injectFaults(client, trouble)
    return awsObjects({ client, bucket, partBytes })
  }
  const uploadsLeft = async () => (await open().send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []
  const conflict = () => serviceError('ConditionalRequestConflict', 409)

  it('lets one of twenty win where half of the writes are answered by 409 (F8)', async () => {
    const random = seededRandom(8)
    const racers = Array.from({ length: 20 }, () =>
      troubled((command) =>
        writes.has(command) && random() < 0.5 ? { when: 'before', error: conflict() } : undefined,
      ),
    )
    takeTurns(clients)
    const counts = await outcomes(racers.map((each, i) => each.put('k', Buffer.from(`${i}`), { ifAbsent: true })))
    const { done, 'precondition-failed': taken = 0, busy = 0, ...others } = counts
    expect({ done, others, all: taken + busy }).toEqual({ done: 1, others: {}, all: 19 })
  })

  it.each([
    ['in one request', small],
    ['in parts', large],
  ])('knows its own write whose answer was lost, %s (F9)', async (_, bytes) => {
    const objects = troubled((command, n) =>
      writes.has(command) && n % 2 === 1 ? { when: 'after', error: brokenConnection() } : undefined,
    )
    for (let i = 0; i < 5; i++) {
      expect(await objects.put(`k${i}`, bytes, { ifAbsent: true })).toMatchObject({ size: bytes.length })
      await objects.put(`k${i}`, bytes)
      await expect(objects.put(`k${i}`, bytes, { ifAbsent: true })).rejects.toMatchObject({
        code: 'precondition-failed',
      })
    }
    expect(await uploadsLeft()).toEqual([])
  })

  it('does not take the same bytes of another writer for its own', async () => {
    await sound().put('k', small)
    const objects = troubled((command) =>
      writes.has(command) ? { when: 'after', error: brokenConnection() } : undefined,
    )
    await expect(objects.put('k', small, { ifAbsent: true })).rejects.toMatchObject({ code: 'precondition-failed' })
  })

  it('reads back where no answer came to any try', async () => {
    const objects = troubled((command) =>
      writes.has(command) ? { when: 'after', error: brokenConnection() } : undefined,
    )
    expect(await objects.put('k', small)).toMatchObject({ key: 'k', size: 5 })
    const down = troubled((command) =>
      writes.has(command) ? { when: 'before', error: brokenConnection() } : undefined,
    )
    await expect(down.put('k', Buffer.from('other'))).rejects.toMatchObject({ code: 'busy' })
    expect(await text(sound(), 'k')).toBe('small')
  })

  it('claims nothing where it cannot read back', async () => {
    const objects = troubled((command, n) => {
      if (command === 'HeadObjectCommand') return { when: 'before', error: serviceError('SlowDown', 503) }
      return writes.has(command) && n === 1 ? { when: 'after', error: brokenConnection() } : undefined
    })
    await expect(objects.put('k', small, { ifAbsent: true })).rejects.toMatchObject({ code: 'busy' })
  })

  it('says busy where a completion meets 409, and leaves nothing behind', async () => {
    const objects = troubled((command) =>
      command === 'CompleteMultipartUploadCommand' ? { when: 'before', error: conflict() } : undefined,
    )
    await expect(objects.put('k', large, { ifAbsent: true })).rejects.toMatchObject({ code: 'busy', retryAfter: 1 })
    await expect(sound().head('k')).rejects.toMatchObject({ code: 'not-found' })
    expect(await uploadsLeft()).toEqual([])
  })

  it.each(['CreateMultipartUploadCommand', 'UploadPartCommand', 'CompleteMultipartUploadCommand', 'PutObjectCommand'])(
    'ends the writer and leaves nothing behind where %s is refused (F10)',
    async (refused) => {
      const objects = troubled((command) =>
        command === refused ? { when: 'before', error: serviceError('AccessDenied', 403) } : undefined,
      )
      let ended = false
      async function* stream() {
        try {
          yield small
          if (refused === 'PutObjectCommand') return
          for (let i = 0; i < 4; i++) yield large
        } finally {
          ended = true
        }
      }
      await expect(objects.put('k', stream())).rejects.toMatchObject({ code: 'internal' })
      expect(ended).toBe(true)
      expect(await uploadsLeft()).toEqual([])
      await expect(sound().head('k')).rejects.toMatchObject({ code: 'not-found' })
    },
  )

  it('aborts an upload only when no part is under way any more', async () => {
    const client = open()
    let underWay = 0
    let atAbort: number | undefined
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'AbortMultipartUploadCommand') atAbort = underWay
          if (commandName !== 'UploadPartCommand') return next(args)
          const isSecond = (args.input as { PartNumber?: number }).PartNumber === 2
          underWay++
          try {
            if (!isSecond) throw serviceError('AccessDenied', 403)
            await new Promise((resolve) => setTimeout(resolve, 200))
            return await next(args)
          } finally {
            underWay--
          }
        },
      { step: 'initialize', name: 'slowSecondPart' },
    )
    const objects = awsObjects({ client, bucket, partBytes })
    await expect(objects.put('k', large)).rejects.toMatchObject({ code: 'internal' })
    expect(atAbort).toBe(0)
    expect(await uploadsLeft()).toEqual([])
  })

  it('goes on where the connection broke while it was read', async () => {
    await sound().put('k', Buffer.from('0123456789'))
    const objects = breaking(() => [2, 3])
    expect(await text(objects, 'k')).toBe('0123456789')
    let read = ''
    for await (const chunk of await objects.get('k', [1, 9])) read += Buffer.from(chunk).toString()
    expect(read).toBe('12345678')
  })

  it('mixes no two versions where the object was replaced meanwhile', async () => {
    await sound().put('k', Buffer.from('0123456789'))
    const objects = breaking(() => [4])
    const reading = (await objects.get('k'))[Symbol.asyncIterator]()
    expect(Buffer.from((await reading.next()).value).toString()).toBe('0123')
    await sound().put('k', Buffer.from('abcdefghij'))
    await expect(reading.next()).rejects.toMatchObject({ code: 'busy' })
  })

  /** Objects whose downloads break after so many bytes, each in turn; those after that are sound. */
  function breaking(cuts: () => number[]): ObjectReader {
    const client = open()
    const left = cuts()
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const reply = await next(args)
        const cut = context.commandName === 'GetObjectCommand' ? left.shift() : undefined
        if (cut === undefined) return reply
        const output = reply.output as { Body: AsyncIterable<Uint8Array> }
        const whole = output.Body
        output.Body = (async function* () {
          for await (const chunk of whole) {
            yield chunk.subarray(0, cut)
            throw brokenConnection()
          }
        })()
        return reply
      },
      { step: 'initialize', name: 'breaking' },
    )
    return awsObjects({ client, bucket, partBytes })
  }
})

describe('an upload', () => {
  it('holds three parts at most, however slow S3 is', async () => {
    let made = 0
    let sent = 0
    let most = 0
    const parts = 12
    async function* stream() {
      for (let i = 0; i < parts * 5; i++) {
        made += partBytes / 5
        most = Math.max(most, made - sent)
        yield Buffer.alloc(partBytes / 5)
      }
    }
    const answers: Record<string, object> = {
      CreateMultipartUploadCommand: { UploadId: 'u' },
      UploadPartCommand: { ETag: 'e' },
      CompleteMultipartUploadCommand: {},
    }
    const client = s3Client('http://127.0.0.1:9')
    client.middlewareStack.add(
      (_, context) => async (args) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        const { Metadata, Body } = args.input as { Metadata?: object; Body?: Uint8Array }
        sent += Body?.length ?? 0
        held = Metadata ?? held
        const head = { ContentLength: made, ETag: '"e"', LastModified: new Date(), Metadata: held }
        return { output: { $metadata: {}, ...(answers[context.commandName!] ?? head) }, response: {} } as never
      },
      { step: 'initialize', name: 'slow' },
    )
    let held: object | undefined
    await awsObjects({ client, bucket: 'b', partBytes }).put('k', stream())
    expect(sent).toBe(parts * partBytes)
    expect(most).toBeLessThanOrEqual(3 * partBytes)
    client.destroy()
  })
})
