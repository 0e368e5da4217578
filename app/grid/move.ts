/** A cell: row -1 is the heads. */
export interface Place {
  readonly row: number
  readonly column: number
}

export interface Bounds {
  readonly rows: number
  readonly columns: number
  /** Rows that a page key moves by. */
  readonly page: number
}

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** Where a key leads from a cell; undefined for a key that does not move. */
export function moveBy(keys: Keys, { row, column }: Place, { rows, columns, page }: Bounds): Place | undefined {
  const { key, altKey, shiftKey } = keys
  if (altKey || shiftKey) return undefined
  const isWhole = keys.ctrlKey || keys.metaKey
  const place = (row: number, column: number): Place => ({
    row: Math.max(-1, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  })
  switch (key) {
    case 'ArrowDown':
      return place(isWhole ? rows - 1 : row + 1, column)
    case 'ArrowUp':
      return place(isWhole ? 0 : row - 1, column)
    case 'ArrowRight':
      return place(row, isWhole ? columns - 1 : column + 1)
    case 'ArrowLeft':
      return place(row, isWhole ? 0 : column - 1)
    case 'PageDown':
      return place(row + page, column)
    case 'PageUp':
      return place(Math.max(0, row - page), column)
    case 'Home':
      return place(isWhole ? 0 : row, 0)
    case 'End':
      return place(isWhole ? rows - 1 : row, columns - 1)
    default:
      return undefined
  }
}
