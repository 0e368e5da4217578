/**
 * What every connector kind must keep. A kind's test gives a world in which to ask; questions are asked by what the
 * kind can do, never by its name.
 */

import { inspect } from 'node:util'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { AnyKind, Connection, Egress, Facets, OpenAt } from '../../shared/connectors/kind.ts'
import { checkStatus } from '../../shared/domain/check.ts'
import { compareKeys } from '../../shared/domain/compare-keys.ts'
import type { Capability } from '../../shared/domain/connector.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { Secret } from '../../shared/domain/secret.ts'

export interface ConnectorWorld {
  readonly config: Record<string, unknown>
  readonly credential: Record<string, unknown>
  /** A credential of the right shape that is refused; undefined for a kind that needs none. */
  readonly wrongCredential?: Record<string, unknown>
  /** The same source at an address where nobody answers. */
  readonly nobodyThere: Record<string, unknown>
  /** The part of the credential that must never be seen. */
  readonly secretText: string
  readonly egress: Egress
  /** Connections that the remote side has open for us; what it still runs for us counts as well. */
  openAtSource(): Promise<number>
  readonly tables?: {
    /** More tables than one page of the suite, which asks for two at a time. */
    readonly names: readonly string[]
    /** A table of many rows (a hundred thousand at least), its one column that tells rows apart first. */
    readonly large: string
    readonly largeRows: number
    readonly selection: unknown
  }
  readonly objects?: {
    /** More keys than one page, some under `prefix`, some only nearly. */
    readonly keys: readonly string[]
    readonly prefix: string
    /** An object of a mebibyte at least. */
    readonly large: string
    readonly selection: unknown
  }
  readonly operations?: { readonly known: string; readonly input: { parameters: Record<string, unknown> } }
}

type AnyConnection = Connection<never, unknown> & Partial<Facets>

export function describeConnector(kind: AnyKind, enter: () => Promise<ConnectorWorld>): void {
  describe(`the connector kind ${kind.kind}`, () => {
    let world: ConnectorWorld
    const opened: AnyConnection[] = []
    beforeAll(async () => {
      world = await enter()
    })
    // A kind may keep a session for the next call of a connection: each test ends its own.
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((connection) => connection.close()))
    })

    const open = async (
      changes: { config?: Record<string, unknown>; credential?: Record<string, unknown>; signal?: AbortSignal } = {},
    ): Promise<AnyConnection> => {
      const at: OpenAt<unknown, unknown> = {
        config: kind.config.parse(changes.config ?? world.config),
        credential: new Secret(kind.credential.parse(changes.credential ?? world.credential)),
        egress: world.egress,
        signal: changes.signal ?? new AbortController().signal,
      }
      const connection = await kind.open(at)
      opened.push(connection)
      return connection
    }
    const has = (capability: Capability) => kind.capabilities.includes(capability)
    /** The first thing that a reader of any kind asks. */
    const browse = (connection: AnyConnection): Promise<unknown> => {
      if (connection.tables) return connection.tables.list({ limit: 1 })
      if (connection.objects) return connection.objects.list({ prefix: '', limit: 1 })
      return connection.operations!.list()
    }
    const faultOf = async (run: Promise<unknown>): Promise<Fault> => {
      const thrown = await run.then(
        () => new Error('It was expected to fail.'),
        (error: unknown) => error,
      )
      if (!(thrown instanceof Fault)) throw thrown
      return thrown
    }
    const isQuiet = async () => {
      // The remote side notices a closed connection a moment later.
      for (let tries = 0; tries < 100 && (await world.openAtSource()) > 0; tries++)
        await new Promise((resolve) => setTimeout(resolve, 20))
      return (await world.openAtSource()) === 0
    }

    test('offers exactly what it declares', async () => {
      const connection = await open()
      for (const facet of ['tables', 'objects', 'operations'] as const)
        expect(connection[facet] !== undefined, facet).toBe(has(facet))
      expect(connection.hold !== undefined, 'views').toBe(kind.views === true)
      expect(connection.increment !== undefined, 'increments').toBe(kind.increments !== undefined)
    })

    test('does not dial when it is opened', async () => {
      await (await open({ config: world.nobodyThere })).close()
    })

    test('finds nothing wrong where nothing is', async () => {
      const check = await (await open()).check()
      expect(check.stages.every(({ ok, ms, detail }) => ok && ms >= 0 && detail.length > 0)).toBe(true)
      expect(checkStatus(check)).toBe('VALID_CONNECTION')
    })

    test('tells a credential that is refused', async (ctx) => {
      if (!world.wrongCredential) return ctx.skip('the kind needs no credential')
      const connection = await open({ credential: world.wrongCredential })
      const check = await connection.check()
      expect(checkStatus(check)).toBe('BAD_CREDENTIALS')
      expect(check.stages.at(-1)).toMatchObject({ ok: false, hint: expect.any(String) })
      expect((await faultOf(browse(connection))).code).toBe('source-refused')
    })

    test('tells when nobody is there', async () => {
      const connection = await open({ config: world.nobodyThere })
      expect(checkStatus(await connection.check())).toBe('NO_CONNECTION')
      expect((await faultOf(browse(connection))).code).toBe('source-unreachable')
    })

    test('shows its credential in no fault, no check and no inspection', async () => {
      const seen: unknown[] = []
      for (const changes of [{}, { credential: world.wrongCredential }, { config: world.nobodyThere }]) {
        const connection = await open(changes)
        seen.push(connection, await connection.check(), await browse(connection).catch((error: unknown) => error))
      }
      const text = seen
        .map((value) => inspect(value, { depth: 12, showHidden: true, getters: true }) + stringify(value))
        .join()
      for (const secret of [world.secretText, ...Object.values(world.wrongCredential ?? {})])
        if (typeof secret === 'string' && secret.length > 3) expect(text).not.toContain(secret)
    })

    test('may be closed twice, and ends what it opened', async () => {
      const connection = await open()
      await browse(connection)
      await connection.close()
      await connection.close()
      expect(await isQuiet()).toBe(true)
    })

    test('answers nobody whose signal has aborted', async () => {
      const abort = new AbortController()
      const connection = await open({ signal: abort.signal })
      abort.abort()
      expect((await faultOf(browse(connection))).code).toBe('cancelled')
    })

    test('plans an extraction in one part or more', async () => {
      const { selection } = world.tables ?? world.objects ?? {}
      const connection = await open()
      const partitions = await connection.plan(kind.selection.parse(selection))
      expect(partitions.length).toBeGreaterThan(0)
      expect(new Set(partitions.map(({ id }) => id)).size).toBe(partitions.length)
      expect(JSON.parse(JSON.stringify(partitions))).toEqual(partitions)
    })

    if (has('tables'))
      describe('with tables', () => {
        test('lists every table once, page by page', async () => {
          const connection = await open()
          const found: string[] = []
          let after: string | undefined
          do {
            const page = await connection.tables!.list({ limit: 2, ...(after === undefined ? {} : { after }) })
            expect(page.items.length).toBeLessThanOrEqual(2)
            found.push(...page.items.map(({ table }) => table))
            after = page.next ?? undefined
          } while (after !== undefined)
          expect(new Set(found).size).toBe(found.length)
          expect(found).toEqual(expect.arrayContaining([...world.tables!.names]))
          for (const name of world.tables!.names) expect((await connection.tables!.describe(name)).table).toBe(name)
        })

        test('does not know a table that is not there, and names a near one', async () => {
          const connection = await open()
          const name = `${world.tables!.names[0]}x`
          for (const run of [() => connection.tables!.describe(name), () => connection.tables!.read(name, {})]) {
            const fault = await faultOf(run())
            expect(fault.code).toBe('not-found')
            expect(fault.hint).toContain(world.tables!.names[0])
          }
        })

        test('does not know a column that is not there', async () => {
          const connection = await open()
          for (const window of [
            { select: ['no such'] },
            { where: ['no such', 'eq', 1] as const },
            { order: [{ column: 'no such', descending: false }] },
          ])
            expect((await faultOf(connection.tables!.read(world.tables!.large, window))).code).toBe('invalid-request')
        })

        test('stops pulling at a limit, and goes on from there', async () => {
          const connection = await open()
          const first = await connection.tables!.read(world.tables!.large, { limit: 10 })
          let rows = 0
          for await (const batch of first.batches) rows += batch.rows
          expect(rows).toBe(10)
          const next = first.next()
          expect(next).not.toBeNull()
          const second = await connection.tables!.read(world.tables!.large, { limit: 10, after: next! })
          for await (const batch of second.batches) rows += batch.rows
          expect(rows).toBe(20)
          expect(await isQuiet()).toBe(true)
        })

        test('leaves nothing running when the reader stops early', async () => {
          const connection = await open()
          const { batches } = await connection.tables!.read(world.tables!.large, {})
          for await (const batch of batches) {
            expect(batch.rows).toBeLessThan(world.tables!.largeRows)
            break
          }
          expect(await isQuiet()).toBe(true)
          await connection.close()
        })

        test('ends within a batch when its signal aborts, at the remote side too', async () => {
          const abort = new AbortController()
          const connection = await open({ signal: abort.signal })
          const { batches } = await connection.tables!.read(world.tables!.large, {})
          let seen = 0
          const fault = await faultOf(
            (async () => {
              for await (const batch of batches) {
                seen += batch.rows
                abort.abort()
              }
            })(),
          )
          expect(fault.code).toBe('cancelled')
          expect(seen).toBeLessThan(world.tables!.largeRows)
          expect(await isQuiet()).toBe(true)
          await connection.close()
        })

        test('extracts every row of a selection', async () => {
          const connection = await open()
          const selection = kind.selection.parse(world.tables!.selection)
          let rows = 0
          for (const partition of await connection.plan(selection)) {
            const extract = await connection.extract(selection, partition)
            if (extract.shape !== 'rows') throw new Error('Tables are extracted as rows.')
            for await (const batch of extract.batches) rows += batch.rows
          }
          expect(rows).toBe(world.tables!.largeRows)
        })

        test('closes under a reader', async () => {
          const connection = await open()
          const { batches } = await connection.tables!.read(world.tables!.large, {})
          const iterator = batches[Symbol.asyncIterator]()
          await iterator.next()
          await connection.close()
          expect(await isQuiet()).toBe(true)
        })
      })

    if (has('objects'))
      describe('with objects', () => {
        test('lists every key once, page by page, and only those of a prefix', async () => {
          const connection = await open()
          for (const prefix of ['', world.objects!.prefix]) {
            const found: string[] = []
            let after: string | undefined
            do {
              const page = await connection.objects!.list({
                prefix,
                limit: 2,
                ...(after === undefined ? {} : { after }),
              })
              expect(page.items.length).toBeLessThanOrEqual(2)
              found.push(...page.items.filter(({ isFolder }) => !isFolder).map(({ key }) => key))
              after = page.next ?? undefined
            } while (after !== undefined)
            expect(found.toSorted()).toEqual(world.objects!.keys.filter((key) => key.startsWith(prefix)).toSorted())
          }
        })

        test('tells of its objects one by one, each of which is read alone', async () => {
          const connection = await open()
          const selection = kind.selection.parse(world.objects!.selection)
          const planned = await connection.planObjects!(selection, null)
          expect(JSON.parse(JSON.stringify(planned))).toEqual(planned)
          const names = planned.objects.map(({ name }) => name)
          expect(names).toEqual([...new Set(names)].toSorted(compareKeys))
          const { name, spec } = planned.objects.at(-1)!
          const extract = await connection.extract(selection, {
            id: name,
            spec: { ...planned.shared, ...spec },
            estimate: null,
          })
          if (extract.shape === 'rows') for await (const { rows } of extract.batches) expect(rows).toBeGreaterThan(0)
          else for await (const { path, bytes } of extract.files) for await (const _ of bytes) expect(path).toBe(name)
        })

        test('does not know a key that is not there', async () => {
          const connection = await open()
          for (const run of [() => connection.objects!.describe('no/such'), () => connection.objects!.read('no/such')])
            expect((await faultOf(run())).code).toBe('not-found')
        })

        test('reads half-open ranges of bytes', async () => {
          const connection = await open()
          const { large } = world.objects!
          const read = async (range?: readonly [number, number]) => {
            const chunks: Uint8Array[] = []
            for await (const chunk of await connection.objects!.read(large, range)) chunks.push(chunk.slice())
            return Buffer.concat(chunks)
          }
          const whole = await read()
          expect(whole.length).toBeGreaterThanOrEqual(1 << 20)
          const { size } = await connection.objects!.describe(large)
          if (size !== null) expect(size).toBe(whole.length)
          expect((await read([0, 1])).equals(whole.subarray(0, 1))).toBe(true)
          expect((await read([1000, 70_000])).equals(whole.subarray(1000, 70_000))).toBe(true)
          expect((await read([whole.length - 3, whole.length + 10])).equals(whole.subarray(-3))).toBe(true)
        })

        test('ends within an object when its signal aborts', async () => {
          const abort = new AbortController()
          const connection = await open({ signal: abort.signal })
          const fault = await faultOf(
            (async () => {
              for await (const _ of await connection.objects!.read(world.objects!.large)) abort.abort()
            })(),
          )
          expect(fault.code).toBe('cancelled')
          expect(await isQuiet()).toBe(true)
        })
      })

    if (has('operations'))
      describe('with operations', () => {
        test('lists its operations and calls one', async () => {
          const connection = await open()
          const listed = await connection.operations!.list()
          expect(listed.map(({ id }) => id)).toContain(world.operations!.known)
          await connection.operations!.call(world.operations!.known, world.operations!.input)
        })

        test('does not know an operation that is not there', async () => {
          const connection = await open()
          expect((await faultOf(connection.operations!.call('noSuch', { parameters: {} }))).code).toBe('not-found')
        })
      })
  })
}

function stringify(value: unknown): string {
  const seen = new Set<unknown>()
  return (
    JSON.stringify(value, (_, part: unknown) => {
      if (typeof part === 'bigint') return String(part)
      if (typeof part !== 'object' || part === null) return part
      if (seen.has(part)) return undefined
      seen.add(part)
      return part instanceof Error ? { ...part, message: part.message, stack: part.stack, cause: part.cause } : part
    }) ?? ''
  )
}
