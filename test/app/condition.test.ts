import { expect, it } from 'vitest'
import { filterOf, newCondition, operatorsOf, rowsDraftOf, wrongValue } from '../../app/forms/condition.ts'

const types: Readonly<Record<string, string>> = {
  n: 'int32',
  big: 'int64',
  name: 'utf8',
  is: 'bool',
  at: 'timestamptz',
}
const typeOf = (column: string) => types[column]!

it.each([
  [undefined],
  [['n', 'eq', 7]],
  [['big', 'in', ['9007199254740993', '2']]],
  [{ not: ['name', 'is-null'] }],
  [
    {
      and: [
        ['is', 'eq', true],
        ['at', 'between', '2026-01-01', '2026-02-01'],
        ['name', 'like', 'a%'],
      ],
    },
  ],
  [
    {
      or: [
        ['name', 'eq', ''],
        ['name', 'is-null'],
      ],
    },
  ],
])('shows %j as conditions, and makes the same of them', (filter) => {
  expect(filterOf(rowsDraftOf(filter)!, typeOf)).toEqual(filter)
})

it.each([[{ and: [{ or: [['n', 'eq', 1]] }] }], [{ not: { and: [['n', 'eq', 1]] } }], [['n', 'near', 1]], [7]])(
  'leaves %j to JSON, which is more than conditions joined once',
  (filter) => {
    expect(rowsDraftOf(filter)).toBeUndefined()
  },
)

it('offers what the type of a column knows, and says how its values are written', () => {
  expect(operatorsOf('bool').map(([operator]) => operator)).toEqual(['eq', 'ne', 'in', 'is-null', 'is-not-null'])
  expect(operatorsOf('int64').map(([operator]) => operator)).not.toContain('like')
  expect([wrongValue('x', 'int32'), wrongValue('-4', 'int64'), wrongValue('x', 'utf8')]).toEqual([
    'must be written as 42',
    undefined,
    undefined,
  ])
  expect(filterOf({ join: 'or', conditions: [newCondition('name')] }, typeOf)).toEqual(['name', 'eq', ''])
})
