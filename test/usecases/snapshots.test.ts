import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gate } from '../snapshots/lab-world.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
  await platform.define()
})
afterEach(() => platform.dispose())

const named = { params: { name: 'numbers' } }

describe('P14 a snapshot', () => {
  it('A20 is asked for, is in the list at once, and is watched until it is done', async () => {
    const hold = gate()
    platform.lab.beforeBatch = () => hold.opened
    const asked = await platform.call('createSnapshot', named)
    expect(asked).toMatchObject({ status: 202, body: { state: 'pending', requestedBy: 'ada' } })
    const { id } = asked.body
    expect(asked.headers.location).toBe(`/v1/snapshots/${id}`)
    const listed = await platform.call('listSnapshots', named, 'viewer')
    expect(listed.body.items.map((item: { id: string }) => item.id)).toEqual([id])
    const watched = platform.call('watchSnapshot', { params: { id } }, 'viewer')
    hold.open()
    const lines = (await watched).text.trim().split('\n')
    const events = lines.map((line) => JSON.parse(line))
    expect(events.at(-1)).toMatchObject({ id, state: 'done', version: 1, rows: 10, percent: 100 })
    expect((await platform.call('getSnapshot', { params: { id } })).body).toEqual(events.at(-1))
  })

  it('with one Idempotency-Key is one', async () => {
    const request = { ...named, headers: { 'idempotency-key': 'once' } }
    const first = await platform.call('createSnapshot', request)
    expect((await platform.call('createSnapshot', request)).body.id).toBe(first.body.id)
    await platform.idle()
    expect((await platform.call('listSnapshots', named)).body.items).toHaveLength(1)
  })

  it('is listed with the newest first, page by page', async () => {
    const ids = [await platform.take(), await platform.take(), await platform.take()]
    const first = await platform.call('listSnapshots', { ...named, query: { limit: '2' } })
    const rest = await platform.call('listSnapshots', { ...named, query: { limit: '2', cursor: first.body.next } })
    const listed = [...first.body.items, ...rest.body.items].map(({ id }: { id: string }) => id)
    expect(listed).toEqual(ids.reverse())
    const failed = await platform.call('listSnapshots', { ...named, query: { state: 'failed' } })
    expect(failed.body).toEqual({ items: [], next: null })
  })

  it('is cancelled', async () => {
    platform.lab.beforeBatch = (_batch, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { id } = (await platform.call('createSnapshot', named)).body
    await expect
      .poll(async () => (await platform.call('getSnapshot', { params: { id } })).body.phase)
      .toBe('extracting')
    expect((await platform.call('cancelSnapshot', { params: { id } })).status).toBe(202)
    await platform.idle()
    expect((await platform.call('getSnapshot', { params: { id } })).body.state).toBe('cancelled')
    expect((await platform.call('cancelSnapshot', { params: { id } })).status).toBe(202)
  })

  it('that cannot be started has failed', async () => {
    Object.assign(platform.world.runs, { start: () => Promise.reject(new Error('no workers')) })
    expect((await platform.call('createSnapshot', named)).status).toBe(500)
    const { items } = (await platform.call('listSnapshots', named)).body
    expect(items).toMatchObject([{ state: 'failed', error: { code: 'internal' } }])
  })

  it.each(['', 'numbers', 'numbers-x', 'none-01h00000000000000000000000', '../../etc'])(
    'is not found under the id "%s"',
    async (id) => {
      expect((await platform.call('getSnapshot', { params: { id: id || ' ' } })).body.code).toBe('not-found')
    },
  )

  it('of a datasource that is not there is not found', async () => {
    expect((await platform.call('createSnapshot', { params: { name: 'none' } })).status).toBe(404)
  })
})
