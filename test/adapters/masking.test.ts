import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { masking } from '../../shared/adapters/masking.ts'
import { Fault, isFault } from '../../shared/domain/faults.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { OpenSource } from '../../shared/ports/sources.ts'

const password = 'canary/Tr0ub4dor+3=end'
const forms = [password, encodeURIComponent(password), Buffer.from(password).toString('base64')]
const credential = new Secret({ password, login: { key: 'k' } })

const quoting = () => {
  const driver = Object.assign(new Error(`login ${forms[1]}`), { code: 'ER_ACCESS' })
  return new Fault('source-refused', `The server says: ${password}.`, {
    hint: `Not ${forms[2]}?`,
    errors: [{ pointer: '/body', detail: password }],
    retryAfter: 7,
    headers: { allow: 'GET' },
    cause: new Error(`because of ${password}`, { cause: driver }),
  })
}

let freed = 0
const failingAfter = (first: unknown) => ({
  [Symbol.asyncIterator]() {
    let count = 0
    return {
      next: async () => {
        if (count++ > 0) throw quoting()
        return { done: false, value: first }
      },
      return: async () => {
        freed++
        return { done: true, value: undefined }
      },
    }
  },
})

const source = {
  tables: {
    list: async () => Promise.reject(quoting()),
    read: async () => ({ schema: [], batches: failingAfter({ rows: 1, columns: [] }), next: () => 'cursor' }),
  },
  objects: { read: async () => failingAfter(new TextEncoder().encode(password)) },
  check: async () => ({
    stages: [{ name: 'login', ok: false, ms: 1, detail: password, hint: forms[1] }],
    warnings: [],
  }),
  extract: async () => ({ shape: 'files', files: failingAfter({ path: 'a', bytes: failingAfter(new Uint8Array(1)) }) }),
  close: async () => {
    freed++
  },
} as unknown as OpenSource

const thrownBy = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => expect.unreachable(),
    (thrown) => thrown,
  )
const shown = (value: unknown) => inspect(value, { depth: 12, showHidden: true })
const expectClean = (value: unknown) => {
  for (const form of forms) expect(shown(value)).not.toContain(form)
}

describe('T12 a source that quotes its credential', () => {
  const masked = masking(source, credential)

  it('is heard without it: what failed, why, and what to do stay', async () => {
    const fault = (await thrownBy(masked.tables!.list({ limit: 1 }))) as Fault
    expectClean(fault)
    expect(isFault(fault, 'source-refused')).toBe(true)
    expect(fault).toMatchObject({
      detail: 'The server says: [secret].',
      hint: 'Not [secret]?',
      errors: [{ pointer: '/body', detail: '[secret]' }],
      retryAfter: 7,
      headers: { allow: 'GET' },
    })
    expect((fault.cause as Error).message).toBe('because of [secret]')
    expect((fault.cause as Error).cause).toMatchObject({ code: 'ER_ACCESS' })
  })

  it('is heard without it in the middle of rows, of files and of their bytes', async () => {
    const window = await masked.tables!.read('t', {})
    expect(window.next()).toBe('cursor')
    expectClean(await thrownBy(Array.fromAsync(window.batches)))
    const extract = (await masked.extract({})) as unknown as { files: AsyncIterable<{ bytes: AsyncIterable<unknown> }> }
    const walk = async () => {
      for await (const { bytes } of extract.files) expectClean(await thrownBy(Array.fromAsync(bytes)))
    }
    expectClean(await thrownBy(walk()))
  })

  it('is heard without it in a check', async () => {
    expectClean(await masked.check())
    expect((await masked.check()).stages[0]).toMatchObject({ detail: '[secret]', hint: '[secret]', ms: 1 })
  })

  it('has its bytes passed as they are', async () => {
    for await (const chunk of await masked.objects!.read('x')) {
      expect(Buffer.from(chunk).toString()).toBe(password)
      break
    }
  })

  it('is told when nobody reads on, also before the first row', async () => {
    const before = freed
    const { batches } = await masked.tables!.read('t', {})
    await batches[Symbol.asyncIterator]().return?.()
    expect(freed).toBe(before + 1)
    await masked.close()
    expect(freed).toBe(before + 2)
  })
})

it('leaves alone what holds no credential, and what is too short to be one', async () => {
  const fault = new Fault('source-failed', 'The table k is gone.', { cause: new Error('x') })
  const masked = masking({ ...source, plan: () => Promise.reject(fault) }, credential)
  expect(await thrownBy(masked.plan({}))).toBe(fault)
})
