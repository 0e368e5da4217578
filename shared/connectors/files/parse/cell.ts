import type { FieldType } from '../../../domain/batch.ts'
import { type Builder, newBuilder } from '../../../formats/read/builder.ts'
import { skipSpace, skipValue } from '../../../formats/read/json.ts'
import { fits } from './guess.ts'

/** A column that is being read: its builder, and whether its type was chosen or only looked so. */
export interface CellColumn {
  readonly builder: Builder
  readonly isChosen: boolean
}

export const newCellColumn = (type: FieldType, isChosen: boolean): CellColumn => ({
  builder: newBuilder(type, 'hex'),
  isChosen,
})

/**
 * Adds a text as a cell; false where it is none of the column's type. Of a type that was guessed only what loses
 * nothing is one; of a chosen type, whatever can be read as one.
 */
export function addCell({ builder, isChosen }: CellColumn, text: Buffer): boolean {
  const { type } = builder
  if (type.is === 'utf8') return builder.addText(text)
  if (type.is === 'json') return isJson(text) && builder.addText(text)
  const plain = text.toString('latin1')
  if (!isChosen && type.is !== 'bool') return fits(type, plain) && builder.addText(text)
  const value = isChosen ? plain.trim() : plain
  if (!isChosen && !fits(type, value)) return false
  return builder.addText(Buffer.from(type.is === 'bool' ? value.toLowerCase() : value, 'latin1'))
}

/** Whether it is one JSON value, whole and without anything behind it. */
export function isJson(text: Buffer): boolean {
  const start = skipSpace(text, 0)
  const end = skipValue(text, start)
  if (end < 0 || skipSpace(text, end) < text.length) return false
  if (text[start] !== 34 && text[start] !== 91 && text[start] !== 123) return true
  try {
    // What it comes to is thrown away: the text is what travels.
    JSON.parse(text.toString('utf8', start, end))
    return true
  } catch {
    return false
  }
}
