import { memo } from 'react'

/** Characters that a cell shows; the panel beside the grid shows all. */
const longest = 300

/** A value as text, in one line. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return 'NULL'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const isNumeric = (type: string): boolean => /^(int|float|decimal)/.test(type)

/** A value in a cell: NULL is no text, and an empty text is not nothing. */
export const CellText = memo(function CellText({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined) return <span className="null">NULL</span>
  if (value === '') return <span className="empty-value">(empty)</span>
  const text = textOf(value)
  return <>{text.length > longest ? `${text.slice(0, longest)}…` : text}</>
})
