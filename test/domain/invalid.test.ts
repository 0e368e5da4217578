import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { operations } from '../../shared/api/index.ts'
import { Config, Selection } from '../../shared/connectors/postgres/config.ts'
import { Credential } from '../../shared/connectors/sql/config.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { valid } from '../../shared/domain/invalid.ts'

function refusal(schema: z.ZodType, value: unknown): Fault {
  try {
    valid(schema, value, '')
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
    throw thrown
  }
  throw new Error(`${JSON.stringify(value)} is taken`)
}
const told = (schema: z.ZodType, value: unknown) =>
  refusal(schema, value).errors!.map(({ pointer, detail }) => `${pointer} ${detail}`)

const rows = operations.readRows.query
const where = (filter: unknown) => told(rows, { where: JSON.stringify(filter) })

describe('what is wrong with a request', () => {
  it.each(['ten', '0', '-1', '1e9', '1.5', ''])('says which numbers are taken instead of %j', (limit) => {
    expect(told(rows, { limit })).toEqual(['/limit must be a whole number from 1 to 100000000'])
    expect(told(operations.listSources.query, { limit: limit === '1e9' ? '1001' : limit })).toEqual([
      '/limit must be a whole number from 1 to 1000',
    ])
  })

  it('says it of every number of every query', () => {
    for (const [id, { query }] of Object.entries(operations))
      for (const name of Object.keys(query.shape).filter((name) => ['limit', 'seconds'].includes(name)))
        expect(told(query, { [name]: 'ten' }).join(), `${id} ${name}`).toMatch(
          new RegExp(`/${name} must be a whole number (from|of at least) 1`),
        )
  })

  it('names what is known where something is not', () => {
    const fault = refusal(rows, { page: '2' })
    expect(fault.detail).toBe('/page: is not known here')
    expect(fault.hint).toBe('Known here: select, where, order, limit, cursor, format.')
    expect(refusal(operations.getHealth.query, { x: '' }).hint).toBe('None is known here.')
    expect(refusal(Selection, { table: 't', column: ['a'] }).hint).toBe('Known here: table, columns, where, key.')
  })

  it('names the operators where one is unknown, at the comparison that has it', () => {
    expect(where(['a', 'regex', 'x'])[0]).toMatch(/^\/where must be .*\beq, ne, lt, le, gt, ge, like, ilike;.*between/)
    expect(where({ and: [['a', 'eq', 1], { not: ['a', 'regex', 'x'] }] })[0]).toMatch(/^\/where\/and\/1\/not must be/)
    expect(where(['a', 'eq'])[0]).toMatch(/^\/where must be/)
    expect(where(['a', 'like', 1])).toEqual(['/where/2 must be text'])
    expect(where(['a', 'in', 'x'])).toEqual(['/where/2 must be a list'])
    expect(where(['a', 'eq', null])).toEqual(['/where/2 must be text or a number or true or false'])
  })

  it('says of a choice what the nearest alternative lacks', () => {
    expect(told(Selection, { sql: 5 })).toEqual(['/sql must be text'])
    expect(told(Selection, { table: 't', where: { and: [['a', 'like', 1]] } })).toEqual(['/where/and/0/2 must be text'])
    expect(told(Selection, 5)).toEqual([' must be an object'])
  })

  it('says everything that is wrong with a configuration', () => {
    expect(told(Config, { host: 'h', port: 70_000, database: '', tls: 'maybe' })).toEqual([
      '/port must be a whole number from 1 to 65535',
      '/database must have at least 1 character',
      '/user is missing',
      '/tls must be one of disable, prefer, require, verify-ca, verify-full',
    ])
  })

  it('holds nothing of the value', () => {
    for (const password of [['canary'], { canary: 'canary' }, 'canary'.repeat(1000)]) {
      const fault = refusal(Credential, { password })
      expect(JSON.stringify([fault.message, fault.errors, fault.hint])).not.toContain('canary')
    }
  })
})
