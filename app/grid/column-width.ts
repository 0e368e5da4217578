import type { Column, Row } from '../api/types.ts'
import { textOf } from './cell-text.tsx'

/** Pixels that suit a column: its name, its types, and its first rows. */
export function columnWidth(
  { name, type, nativeType }: Column,
  index: number,
  rowAt: (index: number) => Row | undefined,
): number {
  let characters = Math.max(name.length + 4, (type.length + (nativeType === type ? 0 : nativeType.length + 2)) * 0.85)
  for (let i = 0; i < 40; i++) {
    const row = rowAt(i)
    if (row) characters = Math.max(characters, textOf(row[index]).length)
  }
  return Math.round(Math.min(360, Math.max(124, characters * 7.8 + 24)))
}
