import { describe, expect, it } from 'vitest'
import { failingAt } from './faults.ts'
import { localWorld } from './world.ts'

describe('a port that fails at its n-th call', () => {
  it('has done it or not, and is sound before and after', async () => {
    const world = await localWorld()
    const error = new Error('lost')
    const before = failingAt(world.objects, 2, 'before', error)
    await before.put('a', Buffer.from('1'))
    await expect(before.put('b', Buffer.from('1'))).rejects.toBe(error)
    await before.put('c', Buffer.from('1'))
    const after = failingAt(world.objects, 1, 'after', error)
    await expect(after.put('d', Buffer.from('1'))).rejects.toBe(error)
    const { objects } = await world.objects.list('', { limit: 9 })
    expect(objects.map(({ key }) => key)).toEqual(['a', 'c', 'd'])
    await world.dispose()
  })
})
