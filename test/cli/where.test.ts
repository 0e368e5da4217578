import { describe, expect, it } from 'vitest'
import { parseWhere } from '../../cli/where.ts'

describe('a condition as people type it', () => {
  it.each([
    ["status = 'ok'", ['status', 'eq', 'ok']],
    ['price>10', ['price', 'gt', 10]],
    ['price <> -1.5', ['price', 'ne', -1.5]],
    ['"a b" <= 3', ['a b', 'le', 3]],
    ['"say ""hi""" = 1', ['say "hi"', 'eq', 1]],
    ["name = 'it''s'", ['name', 'eq', "it's"]],
    ['ok = TRUE', ['ok', 'eq', true]],
    ['id = 9223372036854775807', ['id', 'eq', '9223372036854775807']],
    ["title LIKE 'A%'", ['title', 'like', 'A%']],
    ["not title ilike 'a%'", { not: ['title', 'ilike', 'a%'] }],
    ["title not like 'a%'", { not: ['title', 'like', 'a%'] }],
    ['n in (1, 2,3)', ['n', 'in', [1, 2, 3]]],
    [
      'n between 1 and 5 and m is null',
      {
        and: [
          ['n', 'between', 1, 5],
          ['m', 'is-null'],
        ],
      },
    ],
    ['m is not null', { not: ['m', 'is-null'] }],
    [
      'a = 1 or b = 2 and (c = 3 or d = 4)',
      {
        or: [
          ['a', 'eq', 1],
          {
            and: [
              ['b', 'eq', 2],
              {
                or: [
                  ['c', 'eq', 3],
                  ['d', 'eq', 4],
                ],
              },
            ],
          },
        ],
      },
    ],
    ['["price","gt",10]', ['price', 'gt', 10]],
    ['größe > 1', ['größe', 'gt', 1]],
  ])('%s', (said, filter) => {
    expect(parseWhere(said)).toEqual(filter)
  })

  it.each([
    '',
    'price',
    'price >',
    'price > > 1',
    "status = 'ok",
    'a = 1 b = 2',
    '(a = 1',
    'a in ()',
    'a is 3',
    'a between 1',
    'a = 1; drop table x',
    '["price"',
  ])('is refused with an example: %j', (said) => {
    expect(() => parseWhere(said)).toThrow(/--where/)
  })
})
