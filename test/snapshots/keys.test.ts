import { expect, it } from 'vitest'
import { Name } from '../../shared/domain/connector.ts'
import {
  attemptOf,
  attemptPrefix,
  datasourceOf,
  newSnapshotId,
  partKey,
  versionId,
} from '../../shared/snapshots/keys.ts'
import { ulid } from '../../shared/snapshots/ulid.ts'

it('ids of one process sort by the order of their making, even within a millisecond', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => ulid(1_700_000_000_000 + Math.floor(i / 100) - (i % 3)))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids[0]).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/)
})

it('a snapshot is of the datasource that its id names, whatever the name', () => {
  for (const name of ['a', 'a-b', 'x'.repeat(63), `a-${ulid()}`])
    expect(datasourceOf(newSnapshotId(Name.parse(name)))).toBe(name)
  for (const id of ['', 'a', ulid(), `-${ulid()}`, `A-${ulid()}`, `a-${ulid()}x`])
    expect(() => datasourceOf(id)).toThrow('There is no snapshot')
})

it('a key tells the attempt that it belongs to', () => {
  const prefix = attemptPrefix('a-1', 'a-1-x-2', 3)
  const of = { prefix, dataset: 'a-1', snapshot: 'a-1-x-2', attempt: 3 }
  for (const key of [partKey(prefix, { partitions: 2, partition: 1, tries: 1 }, 0, '.csv'), `${prefix}manifest-1.json`])
    expect(attemptOf(key)).toEqual(of)
  for (const key of ['datasets/a', prefix, `other/${prefix}x`, 'datasets/A/attempts/s-1/x'])
    expect(attemptOf(key)).toBeUndefined()
})

it('ids of versions sort as their numbers do', () => {
  expect([9, 10, 2].map(versionId).sort()).toEqual([2, 9, 10].map(versionId))
})
