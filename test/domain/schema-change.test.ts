import { describe, expect, it } from 'vitest'
import { diffColumns, type ManifestColumn } from '../../shared/domain/schema-change.ts'

const column = (name: string, type = 'int64', nullable = false): ManifestColumn => ({
  name,
  type,
  nativeType: type === 'int64' ? 'bigint' : type,
  nullable,
})
const told = (from: readonly ManifestColumn[], to: readonly ManifestColumn[]) => diffColumns(from, to)

describe('columns', () => {
  it('that are the same have no changes', () => {
    expect(told([column('a'), column('b')], [column('a'), column('b')])).toEqual([])
    expect(told([], [])).toEqual([])
  })

  it('are added and dropped, and that moves no other', () => {
    expect(told([column('a'), column('b'), column('c')], [column('new', 'utf8'), column('b'), column('c')])).toEqual([
      { change: 'dropped', column: 'a', type: 'int64', nativeType: 'bigint', nullable: false },
      { change: 'added', column: 'new', type: 'utf8', nativeType: 'utf8', nullable: false },
    ])
  })

  it('change type and whether they may be null', () => {
    expect(told([column('a')], [column('a', 'utf8', true)])).toEqual([
      {
        change: 'type',
        column: 'a',
        from: { type: 'int64', nativeType: 'bigint' },
        to: { type: 'utf8', nativeType: 'utf8' },
      },
      { change: 'nullable', column: 'a', from: false, to: true },
    ])
  })

  it('change type where only the source has another word for it', () => {
    expect(told([column('a')], [{ ...column('a'), nativeType: 'bigserial' }])).toMatchObject([{ change: 'type' }])
  })

  it('change places', () => {
    expect(told([column('a'), column('b')], [column('b'), column('a')])).toEqual([
      { change: 'reordered', column: 'a', from: 0, to: 1 },
      { change: 'reordered', column: 'b', from: 1, to: 0 },
    ])
  })

  it('may have one name twice, or a hostile one', () => {
    expect(told([column('a'), column('a', 'utf8')], [column('a')])).toMatchObject([{ change: 'dropped', type: 'utf8' }])
    expect(told([], [column('__proto__')])).toMatchObject([{ change: 'added', column: '__proto__' }])
    expect(told([column('constructor')], [])).toMatchObject([{ change: 'dropped', column: 'constructor' }])
  })
})
