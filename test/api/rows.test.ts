import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { window } from '../../shared/api/rows.ts'

const Window = z.strictObject(window)
const read = (query: Record<string, string>) => Window.parse(query)
const wrong = (query: Record<string, string>) => Window.safeParse(query).error?.issues[0]?.path

describe('the query of rows', () => {
  it('takes names with commas between, or as a JSON list', () => {
    expect(read({ select: 'a,b' }).select).toEqual(['a', 'b'])
    expect(read({ select: '["a,b","[c]"]' }).select).toEqual(['a,b', '[c]'])
  })

  it('takes an order with - before descending columns', () => {
    expect(read({ order: '["-created","id"]' }).order).toEqual([
      { column: 'created', descending: true },
      { column: 'id', descending: false },
    ])
  })

  it('takes every operator', () => {
    const filters = [
      ['a', 'eq', 1],
      ['a', 'in', ['x', 2]],
      ['a', 'is-null'],
      ['a', 'between', 1, 2],
      ['a', 'ilike', '%x%'],
      { and: [{ or: [['a', 'lt', 1]] }, { not: ['b', 'ge', '2024-01-01'] }] },
    ]
    for (const filter of filters) expect(read({ where: JSON.stringify(filter) }).where).toEqual(filter)
  })

  it.each([
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', '1000000000'],
    ['limit', 'ten'],
    ['limit', '1.5'],
    ['limit', ''],
    ['where', '["a","like",1]'],
    ['where', '["a","eq"]'],
    ['where', '["a","eq",1,2]'],
    ['where', '["a","equals",1]'],
    ['where', '["a","in",[]]'],
    ['where', '["a","eq",null]'],
    ['where', '{"and":[]}'],
    ['where', '{"and":[["a","is-null"]],"or":[]}'],
    ['where', 'price > 10'],
    ['where', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['where', `${'{"not":'.repeat(9000)}["a","is-null"]${'}'.repeat(9000)}`],
    ['where', `["a","eq","${'x'.repeat(2_000_000)}"]`],
    ['order', '[]'],
    ['select', '[1]'],
    ['format', 'xlsx'],
  ])('refuses %s=%s', (name, text) => {
    expect(wrong({ [name]: text })?.[0]).toBe(name)
  })
})
