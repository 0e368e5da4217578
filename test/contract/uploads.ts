import { expect } from 'vitest'
import type { ObjectReader, Uploads } from '../../shared/ports/objects.ts'
import { type Disposable, runContract, type Skips } from './contract.ts'

export interface UploadsSubject extends Disposable {
  readonly uploads: Uploads
  /** Another one on the same uploads, as in another process. */
  readonly twin: Uploads
  readonly objects: ObjectReader
  /** Sends a part to its address, as a browser would; gives the ETag, or undefined where it is refused. */
  send(url: string, bytes: Uint8Array): Promise<string | undefined>
}

const large = 5 * 1024 * 1024
const fails = (promise: Promise<unknown>, code: string) =>
  expect(promise).rejects.toMatchObject({ name: 'Fault', code })

/** What every adapter of uploads must do. */
export function uploadsContract(name: string, make: () => Promise<UploadsSubject>, skips: Skips = {}): void {
  const seconds = 60
  runContract(`${name}: uploads`, make, skips, {
    async 'makes an object of parts that were sent out of order, one of them again, and resumed by another'(subject) {
      const { uploads, twin, objects, send } = subject
      const key = 'a/b c%2F/é'
      const at = { key, upload: await uploads.begin(key) }
      expect(await uploads.parts(at)).toEqual([])
      const first = Buffer.alloc(large, 'first')
      await send(await uploads.sign(at, 2, { seconds }), Buffer.from('the end'))
      await send(await uploads.sign(at, 1, { seconds }), Buffer.alloc(large, 'wrong'))
      const again = await send(await twin.sign(at, 1, { seconds }), first)
      await fails(objects.head(key), 'not-found')
      const arrived = await twin.parts(at)
      expect(arrived.map(({ number, size }) => [number, size])).toEqual([
        [1, large],
        [2, 7],
      ])
      expect(arrived[0]!.etag).toBe(again)
      const head = await twin.complete(at, arrived.toReversed())
      expect(head).toMatchObject({ key, size: large + 7 })
      expect(await objects.head(key)).toEqual(head)
      const chunks = await Array.fromAsync(await objects.get(key))
      expect(Buffer.concat(chunks).equals(Buffer.concat([first, Buffer.from('the end')]))).toBe(true)
      await fails(uploads.parts(at), 'not-found')
    },
    async 'refuses parts that have not arrived so, and may be tried again'({ uploads, objects, send }) {
      const at = { key: 'a', upload: await uploads.begin('a') }
      const etag = (await send(await uploads.sign(at, 1, { seconds }), Buffer.from('small')))!
      await send(await uploads.sign(at, 2, { seconds }), Buffer.from('smaller'))
      await fails(uploads.complete(at, [{ number: 1, etag: '0'.repeat(32) }]), 'invalid-request')
      await fails(uploads.complete(at, [{ number: 7, etag }]), 'invalid-request')
      await fails(uploads.complete(at, await uploads.parts(at)), 'invalid-request')
      await fails(objects.head('a'), 'not-found')
      await uploads.complete(at, [{ number: 1, etag }])
      expect(await objects.head('a')).toMatchObject({ size: 5 })
    },
    async 'forgets what is given up'({ uploads, objects, send }) {
      const at = { key: 'a', upload: await uploads.begin('a') }
      const url = await uploads.sign(at, 1, { seconds })
      await send(url, Buffer.from('x'))
      await uploads.abort(at)
      await uploads.abort(at)
      expect(await send(url, Buffer.from('x'))).toBeUndefined()
      await fails(uploads.parts(at), 'not-found')
      await fails(objects.head('a'), 'not-found')
    },
    async 'replaces nothing where it must not'({ uploads, objects, send }) {
      const ids = [await uploads.begin('a'), await uploads.begin('a')]
      for (const upload of ids)
        await send(await uploads.sign({ key: 'a', upload }, 1, { seconds }), Buffer.from(upload))
      const [one, two] = ids.map((upload) => ({ key: 'a', upload }))
      await uploads.complete(one!, await uploads.parts(one!), { ifAbsent: true })
      await fails(uploads.complete(two!, await uploads.parts(two!), { ifAbsent: true }), 'precondition-failed')
      expect((await objects.head('a')).size).toBe(ids[0]!.length)
      await uploads.abort(two!)
    },
    async 'takes no address that was changed'({ uploads, send }) {
      const at = { key: 'a', upload: await uploads.begin('a') }
      const url = new URL(await uploads.sign(at, 1, { seconds }))
      for (const [name, value] of url.searchParams) {
        const changed = new URL(url)
        changed.searchParams.set(name, value === '1' ? '2' : `${value}0`)
        expect(await send(changed.href, Buffer.from('x')), name).toBeUndefined()
      }
      await fails(uploads.parts({ key: 'a', upload: 'nothing' }), 'not-found')
      await uploads.abort(at)
    },
    async 'refuses keys and numbers that cannot be'({ uploads }) {
      await fails(uploads.begin('../out'), 'invalid-request')
      const at = { key: 'a', upload: await uploads.begin('a') }
      for (const number of [0, -1, 10_001, 1.5]) await fails(uploads.sign(at, number, { seconds }), 'invalid-request')
      await uploads.abort(at)
    },
  })
}
