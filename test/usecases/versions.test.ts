import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { labSchema } from '../snapshots/lab-source.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
  await platform.define()
})
afterEach(() => platform.dispose())

const named = { params: { name: 'numbers' } }
const version = (number: number) => ({ params: { name: 'numbers', version: String(number) } })

describe('the columns of two versions', () => {
  const diff = async (number: number, query: Record<string, string> = {}) =>
    (await platform.call('diffVersions', { ...version(number), query }, 'viewer')).body

  it('are compared, with the version before or any other', async () => {
    await platform.take()
    await platform.take()
    platform.lab.schema = [{ ...labSchema[0]!, native: 'int8', nullable: true }, labSchema[1]!]
    await platform.take()
    expect(await diff(1)).toMatchObject({ from: null, to: 1, same: false })
    expect(await diff(2)).toEqual({ from: 1, to: 2, same: true, shape: { from: 'rows', to: 'rows' }, changes: [] })
    const changes = [
      {
        change: 'type',
        column: 'number',
        from: { type: 'int64', nativeType: 'bigint' },
        to: { type: 'int64', nativeType: 'int8' },
      },
      { change: 'nullable', column: 'number', from: false, to: true },
    ]
    expect(await diff(3)).toMatchObject({ from: 2, to: 3, same: false, changes })
    expect(await diff(3, { with: '1' })).toMatchObject({ from: 1, to: 3, changes })
    expect(await diff(1, { with: '3' })).toMatchObject({ from: 3, to: 1, changes: [{ to: changes[0]!.from }, {}] })
    await platform.call('deleteVersion', version(2))
    expect(await diff(3)).toMatchObject({ from: 1 })
    expect(await diff(3, { with: '2' })).toMatchObject({ code: 'not-found' })
  })

  it('are none of files: that is told by the shape', async () => {
    await platform.take()
    platform.lab.files = [{ path: 'a', text: 'a' }]
    await platform.take()
    expect(await diff(2)).toMatchObject({ same: false, shape: { from: 'rows', to: 'files' } })
  })
})

describe('a pinned version', () => {
  const pin = (body: object) => platform.call('pinVersion', { ...named, body })

  it('is listed so and not deleted, until it is unpinned', async () => {
    await platform.take()
    expect(await pin({ version: 1 })).toMatchObject({ status: 200, body: { version: 1, pinned: true } })
    expect(await pin({ version: 1 })).toMatchObject({ status: 200, body: { pinned: true } })
    expect((await platform.call('listVersions', named)).body.items).toMatchObject([{ pinned: true }])
    expect((await platform.call('deleteVersion', version(1))).body).toMatchObject({ code: 'conflict' })
    expect((await pin({ version: 1, pinned: false })).body.pinned).toBe(false)
    expect((await platform.call('deleteVersion', version(1))).status).toBe(204)
    expect((await pin({ version: 1 })).status).toBe(404)
  })

  it('goes with its dataset', async () => {
    await platform.take()
    await pin({ version: 1 })
    const whole = { ...named, headers: { 'if-match': '*' } }
    expect((await platform.call('deleteDataset', whole)).status).toBe(204)
  })
})
