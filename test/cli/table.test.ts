import { describe, expect, it } from 'vitest'
import { makeTable } from '../../cli/table.ts'
import { cut, harmless, type Terminal, widthOf } from '../../cli/terminal.ts'

const terminal = (columns: number): Terminal => ({
  isOut: true,
  drawsErr: false,
  asks: false,
  columns,
  style: (_, text) => text,
})

describe('a table', () => {
  it('has numbers to the right, text to the left, and says what is null', () => {
    const rows = [
      ['1', 'one', null],
      ['20', '', 'x'],
    ]
    const table = makeTable(['n', 'name', 'more'], rows, terminal(80))
    expect([table.heading(), ...rows.map(table.row)]).toEqual([' n  name  more', ' 1  one   NULL', '20        x'])
  })

  it('is no wider than the terminal: cells are cut, then columns are left out', () => {
    const names = ['first', 'second', 'third', 'fourth']
    const row = names.map((name) => name.repeat(10))
    const wide = makeTable(names, [row], terminal(60))
    expect(widthOf(wide.row(row))).toBeLessThanOrEqual(60)
    expect(wide.row(row)).toContain('…')
    const narrow = makeTable(names, [row], terminal(30))
    expect(narrow.heading()).toMatch(/\+2 columns$/)
    expect(widthOf(narrow.row(row))).toBeLessThanOrEqual(30)
  })

  it('counts cells as a terminal does', () => {
    expect(widthOf('日本')).toBe(4)
    expect(widthOf('e\u0301')).toBe(1)
    expect(cut('日本語', 5)).toBe('日本…')
  })

  it('shows what would command the terminal, and obeys none of it', () => {
    const evil = 'a\u001b[2Jb\u009b31mc\u202ed\ne\tf'
    expect(harmless(evil)).toBe('a\\u001b[2Jb\\u009b31mc\\u202ed⏎e f')
    const table = makeTable([evil], [[evil]], terminal(80))
    expect(table.heading() + table.row([evil])).not.toMatch(/[\u001b\u009b\u202e]/)
  })
})
