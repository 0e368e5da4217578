import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { awsCatalog } from '../../../shared/adapters/aws/catalog.ts'
import { isFault } from '../../../shared/domain/faults.ts'
import type { CatalogWriter, Collection } from '../../../shared/ports/catalog.ts'
import { dynamoClient, makeTable } from '../../support/aws.ts'
import { dynoxide } from '../../support/dynoxide.ts'
import { describeOn } from '../../support/emulator.ts'
import { brokenConnection, injectFaults, seededRandom, serviceError, type Trouble } from '../../support/faults.ts'

const things: Collection<unknown> = { path: 'things', schema: z.unknown() }
const Marks = z.array(z.string())
const marks: Collection<string[]> = { path: 'marks', schema: Marks }

const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: codes.map((Code) => ({ Code })),
  })

describeOn(dynoxide, 'DynamoDB with faults', (endpoint) => {
  let table: string
  const clients: DynamoDBClient[] = []
  beforeAll(async () => {
    table = await makeTable(open())
  })
  afterAll(() => {
    for (const client of clients) client.destroy()
  })

  const open = () => {
    const client = dynamoClient(endpoint())
    clients.push(client)
    return client
  }
  const sound = () => awsCatalog({ client: open(), table })
  const troubled = (trouble: (command: string, n: number) => Trouble): CatalogWriter => {
    const client = open()
    injectFaults(client, trouble)
    return awsCatalog({ client, table })
  }

  it('tells rightly what became of a write whose answer was lost (F9)', async () => {
    const catalog = troubled((command, n) =>
      command === 'TransactWriteItemsCommand' && n % 2 === 1 ? { when: 'after', error: brokenConnection() } : undefined,
    )
    for (let i = 0; i < 20; i++) {
      await catalog.write([{ create: things, id: `lost-${i}`, value: 1 }])
      await catalog.write([{ replace: things, id: `lost-${i}`, value: 2, revision: 1 }])
      await catalog.write([{ delete: things, id: `lost-${i}`, revision: 2 }])
    }
    expect((await catalog.list(things, { limit: 1, prefix: 'lost-' })).entries).toEqual([])
  })

  it('loses no update and doubles none under 30 % faults (F11)', async () => {
    const random = seededRandom(11)
    const errors = [
      (): Trouble => ({ when: 'before', error: serviceError('ThrottlingException', 400) }),
      (): Trouble => ({ when: 'before', error: serviceError('InternalServerError', 500) }),
      (): Trouble => ({ when: 'before', error: brokenConnection() }),
      (): Trouble => ({ when: 'after', error: brokenConnection() }),
      (command: string): Trouble =>
        command === 'TransactWriteItemsCommand'
          ? { when: 'before', error: cancelled('TransactionConflict') }
          : undefined,
    ]
    const pick = (command: string) => errors[Math.floor(random() * errors.length)]!(command)
    const catalogs = Array.from({ length: 4 }, () =>
      troubled((command) => (random() < 0.3 ? pick(command) : undefined)),
    )
    await sound().write([{ create: marks, id: 'all', value: [] }])

    const fate: Record<string, string> = {}
    const mark = async (catalog: CatalogWriter, name: string) => {
      try {
        const { revision, value } = (await catalog.get(marks, 'all'))!
        await catalog.write([
          { replace: marks, id: 'all', value: [...value, name], revision },
          { create: things, id: `mark-${name}`, value: name },
        ])
        fate[name] = 'done'
      } catch (thrown) {
        if (!(isFault(thrown, 'busy') || isFault(thrown, 'precondition-failed'))) throw thrown
        fate[name] = thrown.code
      }
    }
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let i = 0; i < 40; i++) await mark(catalogs[worker % 4]!, `${worker}-${i}`)
      }),
    )

    const { revision, value } = (await sound().get(marks, 'all'))!
    const made = new Set(value)
    expect(made.size).toBe(value.length)
    expect(revision).toBe(value.length + 1)
    for (const [name, word] of Object.entries(fate)) {
      if (word === 'done') expect(made).toContain(name)
      if (word === 'precondition-failed') expect(made).not.toContain(name)
      expect((await sound().get(things, `mark-${name}`)) !== undefined).toBe(made.has(name))
    }
    expect(Object.values(fate).filter((word) => word === 'done').length).toBeGreaterThan(20)
  })

  it('tries a crossed write again, and says busy where others stay in the way', async () => {
    let crossings = 0
    const crossed = (times: number) =>
      troubled((command) =>
        command === 'TransactWriteItemsCommand' && crossings++ < times
          ? { when: 'before', error: cancelled('None', 'TransactionConflict') }
          : undefined,
      )
    const changes = ['x', 'y'].map((id) => ({ create: things, id: `crossed-${id}`, value: 1 }))
    await crossed(3).write(changes)
    expect(crossings).toBe(4)
    crossings = 0
    await expect(crossed(1000).write(changes)).rejects.toMatchObject({ code: 'busy', retryAfter: 1 })
    expect(crossings).toBe(8)
  })

  it('knows its own write when the answer was lost, and others were in the way of the next try (F9, F11)', async () => {
    const catalog = troubled((command, n) => {
      if (command !== 'TransactWriteItemsCommand') return undefined
      if (n === 1) return { when: 'after', error: brokenConnection() }
      return n === 2 ? { when: 'before', error: cancelled('TransactionConflict') } : undefined
    })
    await catalog.write([{ create: things, id: 'lost-and-crossed', value: 1 }])
    expect((await catalog.get(things, 'lost-and-crossed'))?.revision).toBe(1)
  })

  it('gives the fault of the change that failed, not of one that was only in the way', async () => {
    const catalog = troubled((command) =>
      command === 'TransactWriteItemsCommand'
        ? { when: 'before', error: cancelled('None', 'ConditionalCheckFailed', 'TransactionConflict') }
        : undefined,
    )
    const changes = ['x', 'y', 'z'].map((id) => ({ create: things, id: `order-${id}`, value: 1 }))
    await expect(catalog.write(changes)).rejects.toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('order-y'),
    })
  })

  it('says busy where it is throttled for long, and internal where it is refused', async () => {
    const throttled = troubled(() => ({ when: 'before', error: serviceError('ThrottlingException', 400) }))
    await expect(throttled.get(things, 'a')).rejects.toMatchObject({ code: 'busy', retryAfter: 1 })
    const refused = troubled(() => ({ when: 'before', error: serviceError('AccessDeniedException', 400) }))
    await expect(refused.get(things, 'a')).rejects.toMatchObject({ code: 'internal', hint: expect.any(String) })
    await expect(refused.list(things, { limit: 1 })).rejects.toMatchObject({ code: 'internal' })
    await expect(refused.write([{ delete: things, id: 'a' }])).rejects.toMatchObject({ code: 'internal' })
  })
})
