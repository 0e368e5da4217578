import { inspect } from 'node:util'
import { expect } from 'vitest'
import { Secret } from '../../shared/domain/secret.ts'
import type { SecretReader, SecretWriter } from '../../shared/ports/secrets.ts'
import { type Disposable, runContract, type Skips } from './contract.ts'

export interface SecretsSubject extends Disposable {
  readonly secrets: SecretReader & SecretWriter
  /** Another one on the same secrets, as in another process. */
  readonly twin: SecretReader & SecretWriter
}

const fails = (promise: Promise<unknown>, code: string) =>
  expect(promise).rejects.toMatchObject({ name: 'Fault', code })

const longId = Array.from({ length: 10 }, () => 'x'.repeat(50)).join('/')

/** What every store of secrets must do. */
export function secretsContract(name: string, make: () => Promise<SecretsSubject>, skips: Skips = {}): void {
  runContract(`${name}: secrets`, make, skips, {
    async 'gives back what was put, and undefined for what was not'({ secrets }) {
      expect(await secrets.get('connectors/a')).toBeUndefined()
      await secrets.put('connectors/a', new Secret('pass'))
      expect((await secrets.get('connectors/a'))?.reveal()).toBe('pass')
      expect(await secrets.get('connectors')).toBeUndefined()
      expect(await secrets.get('connectors/a/b')).toBeUndefined()
    },
    async 'gives the newest value'({ secrets }) {
      for (const value of ['one', 'two', 'three']) {
        await secrets.put('a', new Secret(value))
        expect((await secrets.get('a'))?.reveal()).toBe(value)
      }
    },
    async 'gives what another process wrote'({ secrets, twin }) {
      await twin.put('a', new Secret('one'))
      expect((await secrets.get('a'))?.reveal()).toBe('one')
    },
    async 'gives what another process wrote over a value that is known, where a fresh one is asked for'({
      secrets,
      twin,
    }) {
      await secrets.put('a', new Secret('one'))
      expect((await secrets.get('a'))?.reveal()).toBe('one')
      await twin.put('a', new Secret('two'))
      expect((await secrets.get('a', { fresh: true }))?.reveal()).toBe('two')
      expect((await secrets.get('a'))?.reveal()).toBe('two')
    },
    async 'gives the newest value of another process at once'({ secrets, twin }) {
      await secrets.put('a', new Secret('one'))
      expect((await twin.get('a'))?.reveal()).toBe('one')
      await secrets.put('a', new Secret('two'))
      expect((await twin.get('a'))?.reveal()).toBe('two')
    },
    async 'deletes, also what is not there'({ secrets, twin }) {
      await secrets.put('a', new Secret('pass'))
      await secrets.delete('a')
      expect(await secrets.get('a')).toBeUndefined()
      expect(await twin.get('a')).toBeUndefined()
      await secrets.delete('a')
      await secrets.delete('never/there')
      await secrets.put('a', new Secret('again'))
      expect((await secrets.get('a'))?.reveal()).toBe('again')
    },
    async 'keeps any text, from 1 byte to 8 KB'({ secrets }) {
      const values = [
        'x',
        ' ',
        '\n',
        ' padded ',
        '-----BEGIN KEY-----\r\nab+/=\r\n-----END KEY-----\n',
        '{"password":"\\"\u0001"}',
        'пароль 😀 \uFB01 e\u0301 é',
        '{{resolve:ssm:other}}',
        'a,b,c',
        'y'.repeat(4096),
        'y'.repeat(4097),
        'é'.repeat(4096),
      ]
      for (const [i, value] of values.entries()) {
        await secrets.put(`v/${i}`, new Secret(value))
        expect((await secrets.get(`v/${i}`))?.reveal()).toBe(value)
      }
    },
    async 'goes from short to long and back'({ secrets }) {
      for (const length of [10, 8192, 10]) {
        await secrets.put('a', new Secret('z'.repeat(length)))
        expect((await secrets.get('a'))?.reveal()).toHaveLength(length)
      }
    },
    async 'refuses what is empty or too large, and keeps what was there'({ secrets }) {
      await secrets.put('a', new Secret('kept'))
      await fails(secrets.put('a', new Secret('')), 'invalid-request')
      await fails(secrets.put('a', new Secret('x'.repeat(8193))), 'too-large')
      await fails(secrets.put('a', new Secret(`${'é'.repeat(4096)}x`)), 'too-large')
      await fails(secrets.put('a', new Secret('\ud800')), 'invalid-request')
      expect((await secrets.get('a'))?.reveal()).toBe('kept')
    },
    async 'takes ids that differ in case or depth alone'({ secrets }) {
      const ids = ['a', 'A', 'a/b', 'a/B', 'a.b', 'a_b', 'a-b', 'a/b/c', '0', '...', 'con', longId]
      for (const id of ids) await secrets.put(id, new Secret(`value of ${id}`))
      for (const id of ids) expect((await secrets.get(id))?.reveal()).toBe(`value of ${id}`)
      await secrets.delete('a')
      expect((await secrets.get('A'))?.reveal()).toBe('value of A')
      expect((await secrets.get('a/b'))?.reveal()).toBe('value of a/b')
    },
    async 'refuses ids that are none'({ secrets }) {
      const ids = [
        '',
        '/',
        'a/',
        '/a',
        'a//b',
        '.',
        '..',
        '../a',
        'a/../b',
        'a b',
        'é',
        'a\n',
        'a*',
        `${longId}/x`,
        'x'.repeat(513),
      ]
      for (const id of ids) {
        await fails(secrets.put(id, new Secret('x')), 'invalid-request')
        expect(await secrets.get(id)).toBeUndefined()
        await secrets.delete(id)
      }
    },
    async 'survives twenty writers of one secret'({ secrets, twin }) {
      const values = Array.from({ length: 20 }, (_, i) => `${i}-${'v'.repeat(5000)}`)
      await Promise.all(values.map((value, i) => (i % 2 ? secrets : twin).put('a', new Secret(value))))
      expect(values).toContain((await secrets.get('a'))?.reveal())
    },
    async 'shows no value in what it gives or throws'({ secrets }) {
      const canary = 'canary-7f3a'
      await secrets.put('a', new Secret(canary))
      const given = await secrets.get('a')
      expect(`${inspect(given, { depth: 9, showHidden: true })}${JSON.stringify(given)}${given}`).not.toContain(canary)
      const thrown = await secrets.put('not an id', new Secret(canary)).catch((fault) => fault)
      expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(canary)
    },
  })
}
