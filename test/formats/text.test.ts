import { describe, expect, test } from 'vitest'
import { encode, type WireFormat, wireFormats } from '../../shared/formats/encode.ts'
import { batchOf, bytesOf, field, rowsOf } from './batches.ts'
import { everyJson, everyRow, everySchema } from './everything.ts'

const textOf = async (...input: Parameters<typeof encode>): Promise<string> =>
  Buffer.from(await bytesOf(encode(...input))).toString()

describe('JSON', () => {
  test('names the columns, gives rows as arrays and says where to go on', async () => {
    const schema = [
      { ...field('id', { is: 'int64' }, false), native: 'bigint' },
      field('price', { is: 'decimal', precision: 10, scale: 2 }),
    ]
    const text = await textOf(
      'json',
      rowsOf(
        schema,
        [
          [1n, 250n],
          [2n, null],
        ],
        1,
      ),
      { next: () => 'cursor "2"' },
    )
    expect(JSON.parse(text)).toEqual({
      columns: [
        { name: 'id', type: 'int64', nativeType: 'bigint', nullable: false },
        { name: 'price', type: 'decimal(10,2)', nativeType: 'native decimal', nullable: true },
      ],
      rows: [
        ['1', '2.50'],
        ['2', null],
      ],
      next: 'cursor "2"',
    })
  })

  test('writes every type and edge value, json as its own text', async () => {
    const text = await textOf('json', rowsOf(everySchema, everyRow, 4))
    const rows = text.slice(text.indexOf('"rows":[') + 9, text.lastIndexOf('],"next":null}'))
    expect(rows.split('\n')).toEqual(
      everyJson.map((row, i) => `[${row.join(',')}]${i + 1 < everyJson.length ? ',' : ''}`),
    )
    JSON.parse(text)
  })

  test('asks where to go on only once the batches have ended', async () => {
    const order: string[] = []
    const rows = rowsOf([field('n', { is: 'int32' })], [[1]], 1, () => order.push('ended'))
    const next = (): null => {
      order.push('asked')
      return null
    }
    await bytesOf(encode('json', rows, { next }))
    expect(order).toEqual(['ended', 'asked'])
  })

  test('writes no rows and no columns', async () => {
    expect(JSON.parse(await textOf('json', rowsOf([], [])))).toEqual({ columns: [], rows: [], next: null })
    const none = {
      schema: [],
      batches: (async function* () {
        yield { rows: 2, columns: [] }
      })(),
    }
    expect(JSON.parse(await textOf('json', none))).toEqual({ columns: [], rows: [[], []], next: null })
  })
})

describe('NDJSON', () => {
  test('writes an object a line and loses no column of the same name', async () => {
    const schema = ['a', 'a', 'a_2', '__proto__', 'a', ''].map((name) => field(name, { is: 'int32' }))
    expect(await textOf('ndjson', rowsOf(schema, [[1, 2, 3, 4, 5, 6]]))).toBe(
      '{"a":1,"a_3":2,"a_2":3,"__proto__":4,"a_4":5,"":6}\n',
    )
  })

  test('keeps a row on its line though its json has line ends', async () => {
    const cells = [['{\n"a":\r\n1}'], ['2']]
    const text = await textOf('ndjson', rowsOf([field('j', { is: 'json' })], cells))
    expect(text.split('\n').map((line) => line && JSON.parse(line))).toEqual([{ j: { a: 1 } }, { j: 2 }, ''])
  })
})

describe('CSV', () => {
  test('tells null from empty, quotes what needs it and ends lines with CRLF', async () => {
    const schema = [
      field('name, "quoted"', { is: 'utf8' }),
      field('b', { is: 'binary' }),
      field('l', { is: 'list', of: { is: 'utf8' } }),
    ]
    const cells = [
      ['', null, ['a', null]],
      [null, Uint8Array.of(0, 255), []],
      ['say "hi"', new Uint8Array(0), null],
      ['a\nb', null, null],
      ['a\rb', null, null],
      [' plain; text ', null, null],
    ]
    expect(await textOf('csv', rowsOf(schema, cells))).toBe(
      [
        '"name, ""quoted""",b,l',
        '"",,"[""a"",null]"',
        ',\\x00ff,[]',
        '"say ""hi""",\\x,',
        '"a\nb",,',
        '"a\rb",,',
        ' plain; text ,,',
        '',
      ].join('\r\n'),
    )
  })
})

describe.each(wireFormats)('%s', (format: WireFormat) => {
  const schema = [field('n', { is: 'int32' })]

  test('passes on what the producer throws, as it is', async () => {
    const failure = new Error('the source broke')
    const batches = (async function* () {
      yield* rowsOf(schema, [[1]]).batches
      throw failure
    })()
    await expect(bytesOf(encode(format, { schema, batches }))).rejects.toBe(failure)
  })

  test('sends nothing when the producer fails before its first batch', async () => {
    const failure = new Error('the source broke')
    const batches = (async function* () {
      yield* [] as never[]
      throw failure
    })()
    const chunks = encode(format, { schema, batches })
    await expect(chunks.next()).rejects.toBe(failure)
  })

  test('frees the producer when the reader returns early', async () => {
    let isFreed = false
    const cells = Array.from({ length: 200_000 }, (_, i) => [i])
    const rows = rowsOf(schema, cells, 1000, () => {
      isFreed = true
    })
    for await (const chunk of encode(format, rows, { rowGroupRows: 2000 })) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect(isFreed).toBe(true)
  })

  test('stops when it is aborted', async () => {
    const controller = new AbortController()
    let isFreed = false
    const cells = Array.from({ length: 50_000 }, (_, i) => [i])
    const rows = rowsOf(schema, cells, 1000, () => {
      isFreed = true
    })
    const chunks = encode(format, rows, { signal: controller.signal, rowGroupRows: 2000 })
    await chunks.next()
    controller.abort(new Error('gone'))
    await expect(bytesOf(chunks)).rejects.toThrow('gone')
    expect(isFreed).toBe(true)
  })

  test('sends the first batch early and then only chunks of 128 KB', async () => {
    const wide = [field('t', { is: 'utf8' })]
    const cells = Array.from({ length: 3000 }, (_, i) => [`${i}`.padEnd(1000, 'x')])
    const sizes: number[] = []
    let batches = 0
    let batchesAtFirst = 0
    const rows = rowsOf(wide, cells, 10)
    const counted = async function* () {
      for await (const batch of rows.batches) {
        batches++
        yield batch
      }
    }
    for await (const chunk of encode(format, { schema: wide, batches: counted() })) {
      if (sizes.length === 0) batchesAtFirst = batches
      sizes.push(chunk.length)
    }
    if (format === 'parquet') return
    expect(batchesAtFirst).toBe(1)
    expect(Math.min(...sizes.slice(1, -1))).toBeGreaterThanOrEqual(128 * 1024)
  })

  test('writes 1,600 columns', async () => {
    const many = Array.from({ length: 1600 }, (_, i) => field(`column ${i}`, { is: i % 2 ? 'utf8' : 'int64' }))
    const cells = [many.map((_, i) => (i % 2 ? `${i}` : BigInt(i))), many.map(() => null)]
    expect((await bytesOf(encode(format, rowsOf(many, cells)))).length).toBeGreaterThan(10_000)
  })
})

describe.each(['csv', 'ndjson'] as const)('a long file of %s', (format) => {
  // Every type and edge value, nulls, and more rows than one thread writes alone.
  const many = Math.ceil(80_000 / everyRow.length)
  const once = batchOf(everySchema, everyRow)
  const rows = () => ({
    schema: everySchema,
    batches: (async function* () {
      for (let i = 0; i < many; i++) yield once
    })(),
  })

  test('is, written by two threads, to the byte what one thread writes', async () => {
    const workers: unknown[] = []
    const note = (worker: unknown): number => workers.push(worker)
    process.on('worker', note)
    const [one, two] = [
      await bytesOf(encode(format, rows(), { worker: false })),
      await bytesOf(encode(format, rows(), { worker: true })),
    ]
    process.off('worker', note)
    expect(one.length).toBeGreaterThan(10e6)
    expect(Buffer.compare(one, two)).toBe(0)
    // One that has waited since an earlier file is taken again.
    expect(workers.length).toBeLessThanOrEqual(1)
  })

  test('frees the producer where the reader leaves or the source breaks, whichever thread writes', async () => {
    for (const stopAt of [1000, 75_000])
      for (const breaks of [false, true]) {
        let isFreed = false
        let read = 0
        const failure = new Error('the source broke')
        const batches = (async function* () {
          try {
            for await (const batch of rows().batches) {
              read += batch.rows
              if (breaks && read > stopAt) throw failure
              yield batch
            }
          } finally {
            isFreed = true
          }
        })()
        const chunks = encode(format, { schema: everySchema, batches }, { worker: true })
        const drain = async () => {
          for await (const _ of chunks) if (!breaks && read > stopAt) return 'left'
          return 'ended'
        }
        if (breaks) await expect(drain()).rejects.toBe(failure)
        else expect(await drain()).toBe('left')
        expect(isFreed).toBe(true)
      }
  })
})
