import type { Filter } from '../../../shared/domain/filter.ts'

/** Filters of `things` that mean the same at every server, and the ids of their rows. */
export const filters: readonly (readonly [where: Filter, ids: readonly number[]])[] = [
  [['id', 'eq', 2], [2]],
  [['id', 'eq', '2'], [2]],
  [
    ['id', 'ne', 2],
    [1, 3, 4, 5],
  ],
  [['price', 'lt', 0], [4]],
  [
    ['price', 'ge', '9.99'],
    [1, 2],
  ],
  [
    ['price', 'between', -1.5, 0],
    [4, 5],
  ],
  [['price', 'is-null'], [3]],
  [{ not: ['price', 'is-null'] }, [1, 2, 4, 5]],
  [['code', 'eq', 'abcde'], [1]],
  [['code', 'eq', 'abcdefgh'], []],
  [
    ['label', 'ilike', 'TWO%'],
    [2, 5],
  ],
  [['label', 'like', 'two\\_\\%'], [2]],
  [['label', 'eq', 'it\'s "4"\\'], [4]],
  [
    ['label', 'in', ['it\'s "4"\\', 'NULL', 'one', '{}']],
    [1, 4],
  ],
  [
    ['at', 'gt', '2024-01-01T00:00:00Z'],
    [1, 2, 5],
  ],
  [['at', 'eq', '2024-01-01 00:00:00.000001+00'], [1]],
  [['flag', 'in', [false]], [2]],
  [['f', 'eq', 0], [5]],
  [['f', 'eq', 0.1], [1]],
  [['u', 'eq', 'F47AC10B-58CC-4372-A567-0E02B2C3D479'], [1]],
  [
    ['id', 'in', Array.from({ length: 10_000 }, (_, i) => i + 3)],
    [3, 4, 5],
  ],
  [['label', 'eq', "' OR 1 = 1 --"], []],
  [
    ['label', 'ne', "'; DROP TABLE things; --"],
    [1, 2, 4, 5],
  ],
]

/** Filters that every kind refuses, and what the fault names. */
export const refusedFilters: readonly (readonly [where: Filter, named: string])[] = [
  [['id', 'eq', 'one'], '"id"'],
  [['at', 'gt', 'yesterday-ish'], '"at"'],
  [['u', 'in', ['not one']], '"u"'],
  [['flag', 'eq', 'perhaps'], '"flag"'],
  [['id', 'like', '1%'], '"id"'],
  [['label', 'eq', '\ud800'], '"label"'],
  [
    {
      and: [
        ['id', 'eq', 1],
        ['price', 'eq', 'x'],
      ],
    },
    '"price"',
  ],
]

/** Filters that some rows fulfil, some do not, and of some it is not known. */
export const parting: readonly Filter[] = [
  ['price', 'gt', 0],
  ['label', 'like', '%o%'],
  ['flag', 'eq', true],
]
