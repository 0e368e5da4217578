import { type Schema, typeName } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { IncrementAsk } from '../../domain/increment.ts'
import { hasKeyText } from '../../domain/key-digest.ts'

/**
 * The columns that tell the rows of a table apart: those asked for, if they are a key of it, or its primary key. `keys`:
 * those of the table whose columns are never null, the primary key first. Faults: not-offered, invalid-request.
 */
export function keyOf(
  { mode, key: asked, deletes }: Pick<IncrementAsk, 'mode' | 'key' | 'deletes'>,
  keys: readonly (readonly string[])[],
  schema: Schema,
): readonly string[] {
  if (mode === 'append') return []
  const key = asked === undefined ? keys[0] : keys.find((each) => isSame(each, asked))
  if (key === undefined)
    throw new Fault(
      'not-offered',
      'Rows can only be merged by a key of the table: primary or unique, and never null.',
      {
        hint:
          keys.length > 0
            ? `Take ${keys.map((each) => JSON.stringify(each)).join(' or ')} as the key.`
            : 'Give the table a primary key, or choose the strategy "full".',
      },
    )
  const fields = key.map((name) => schema.find((field) => field.name === name))
  if (fields.some((field) => field === undefined))
    throw new Fault('invalid-request', 'The selection lacks columns of the key.', {
      hint: `Select ${key.map((name) => JSON.stringify(name)).join(', ')} as well.`,
    })
  const odd = deletes
    ? fields.find((field) => !hasKeyText(typeName(field!.type)) || /^(bpchar|char(acter)?\()/.test(field!.native))
    : undefined
  if (odd)
    throw new Fault('not-offered', `Keys of the type ${odd.native} cannot be compared.`, {
      hint: 'Deleted rows are found by keys of whole numbers, texts and uuids; leave `deletes` out, or take everything now and then.',
    })
  return key
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name))
