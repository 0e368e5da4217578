import type { Batch, Column, Field, Schema } from '../../domain/batch.ts'
import { type Comparison, type Filter, isComparison, unknownColumn } from '../../domain/filter.ts'
import { type Compare, compareTo, refused } from './compare.ts'
import { matchPattern } from './like.ts'

/** SQL's three truths; unknown is what a comparison with null gives. */
type Truth = 0 | 1 | 2
const no = 0
const yes = 1
const unknown = 2

/** Made once a filter, then once a batch, then asked for each row. */
type Compiled = (batch: Batch) => (row: number) => Truth

/** Whether a filter keeps a row: its truth is yes. Fault: invalid-request. */
export function compileFilter(schema: Schema, filter: Filter): (batch: Batch) => (row: number) => boolean {
  const compiled = compile(schema, filter)
  return (batch) => {
    const truth = compiled(batch)
    return (row) => truth(row) === yes
  }
}

function compile(schema: Schema, filter: Filter): Compiled {
  if (isComparison(filter)) return compileComparison(schema, filter)
  if ('not' in filter) {
    const inner = compile(schema, filter.not)
    return (batch) => {
      const truth = inner(batch)
      return (row) => opposite[truth(row)]
    }
  }
  // `and` ends at the first no, `or` at the first yes; an unknown among the others makes it unknown.
  const [decisive, otherwise] = 'and' in filter ? ([no, yes] as const) : ([yes, no] as const)
  const parts = ('and' in filter ? filter.and : filter.or).map((part) => compile(schema, part))
  return (batch) => {
    const truths = parts.map((part) => part(batch))
    return (row) => {
      let result: Truth = otherwise
      for (const truth of truths) {
        const found = truth(row)
        if (found === decisive) return decisive
        if (found === unknown) result = unknown
      }
      return result
    }
  }
}

const opposite = [yes, no, unknown] as const

function compileComparison(schema: Schema, comparison: Comparison): Compiled {
  const [name, operator] = comparison
  const position = schema.findIndex((field) => field.name === name)
  if (position < 0) {
    throw unknownColumn(
      name,
      schema.map((field) => field.name),
    )
  }
  if (operator === 'is-null') {
    return (batch) => {
      const { validity } = batch.columns[position]!
      return (row) => (validity?.[row] === 0 ? yes : no)
    }
  }
  const test = testOf(schema[position]!, comparison)
  return (batch) => {
    const column = batch.columns[position]!
    const { validity } = column
    const isTrue = test(column)
    return (row) => {
      if (validity?.[row] === 0) return unknown
      return isTrue(row) ? yes : no
    }
  }
}

/** A test of cells that are not null, made once a column. */
type Test = (column: Column) => (row: number) => boolean

function testOf(field: Field, comparison: Exclude<Comparison, readonly [string, 'is-null']>): Test {
  switch (comparison[1]) {
    case 'like':
    case 'ilike':
      return likeTest(field, comparison[2], comparison[1] === 'ilike')
    case 'in': {
      const compares = comparison[2].map((operand) => compareTo(field, operand))
      return (column) => {
        const ready = compares.map((compare) => compare(column))
        return (row) => ready.some((compare) => compare(row) === 0)
      }
    }
    case 'between': {
      const [low, high] = [compareTo(field, comparison[2]), compareTo(field, comparison[3])]
      return (column) => {
        const [fromLow, fromHigh] = [low(column), high(column)]
        return (row) => fromLow(row) >= 0 && fromHigh(row) <= 0
      }
    }
    default:
      return orderTest(compareTo(field, comparison[2]), comparison[1])
  }
}

function orderTest(compare: Compare, operator: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'): Test {
  const holds = {
    eq: (order: number) => order === 0,
    ne: (order: number) => order !== 0,
    lt: (order: number) => order < 0,
    le: (order: number) => order <= 0,
    gt: (order: number) => order > 0,
    ge: (order: number) => order >= 0,
  }[operator]
  return (column) => {
    const ready = compare(column)
    return (row) => holds(ready(row))
  }
}

function likeTest(field: Field, pattern: string, ignoresCase: boolean): Test {
  if (field.type.is !== 'utf8') throw refused(field, 'cannot be matched with a pattern: it is no text')
  const matches = matchPattern(pattern, ignoresCase)
  return (column) => {
    const { offsets, data } = column as Column & { layout: 'bytes' }
    return (row) => matches(data, offsets[row]!, offsets[row + 1]!)
  }
}
