import { describe, expect, test } from 'vitest'
import { createDecoder } from '../../../shared/connectors/mysql/decoder.ts'
import { carry } from '../../../shared/connectors/mysql/types.ts'

const carried = carry({ name: 't', type: 253, flags: 0, charset: 45, length: 40, decimals: 0, extension: undefined })
const field = { name: 't', type: carried.type, nullable: true, native: 'varchar(10)', carried }

/** A row of one text, as the protocol has it. */
const rowOf = (text: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, text.length]), text])

describe('texts of a batch', () => {
  const decode = (...texts: Buffer[]) => {
    const decoder = createDecoder([field])
    for (const text of texts) decoder.take(rowOf(text), 0)
    return decoder.batch()
  }

  test('are taken where they are UTF-8', () => {
    expect(decode(Buffer.from('é'), Buffer.from(''), Buffer.from('😀')).rows).toBe(3)
  })

  test.each([
    ['a byte that begins nothing', [Buffer.from('a'), Buffer.from([0xff])], 2],
    ['a character cut by the end', [Buffer.from([0x61, 0xc3])], 1],
    ['two halves of one character', [Buffer.from('a'), Buffer.from([0xc3]), Buffer.from([0xa9])], 2],
    ['a surrogate', [Buffer.from([0xed, 0xa0, 0x80])], 1],
  ])('are told where they are not: %s', (_, texts, row) => {
    expect(() => decode(...texts)).toThrowError(
      expect.objectContaining({
        code: 'value-not-representable',
        detail: `Row ${row}, column "t" (varchar(10)) holds text that is not UTF-8.`,
      }),
    )
  })
})
