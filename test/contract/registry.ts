import { expect } from 'vitest'
import { Name } from '../../shared/domain/connector.ts'
import type { RegisteredTable, Registry } from '../../shared/ports/registry.ts'
import { type Disposable, outcomes, runContract, type Skips } from './contract.ts'

export interface RegistrySubject extends Disposable {
  readonly registry: Registry
  /** The files that an engine would read, as it would name them; undefined where it finds no such table. */
  files(dataset: string): Promise<readonly string[] | undefined>
  /** How an engine names the file of a key. */
  nameOf(key: string): string
}

export const someTable = (name: string, version: number): RegisteredTable => ({
  dataset: Name.parse(name),
  title: `Of ${name}`,
  version,
  columns: [
    { name: 'Id', type: 'int64' },
    { name: 'price', type: 'decimal(10,2)' },
    { name: 'tags', type: 'list<utf8>' },
  ],
  files: [
    `datasets/${name}/attempts/a-1/part-00000.parquet`,
    `datasets/${name}/attempts/b-${version}/part-00000.parquet`,
  ],
  rows: 3,
})

/** What every registry keeps. */
export function registryContract(name: string, make: () => Promise<RegistrySubject>, skips: Skips = {}): void {
  const all = async (registry: Registry) => {
    const shown: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await registry.list(after === undefined ? {} : { after })
      shown.push(...page.tables.map(({ dataset, version }) => `${dataset} ${version}`))
      if (page.next === null) return shown.sort()
      after = page.next
    }
  }

  runContract(name, make, skips, {
    async 'shows a version, and another in its place, with its files and no others'({ registry, files, nameOf }) {
      for (const version of [1, 2, 1, 12]) {
        const table = someTable('flights', version)
        await registry.put(table)
        expect(await files('flights')).toEqual(table.files.map(nameOf))
        expect(await all(registry)).toEqual([`flights ${version}`])
      }
    },

    async 'keeps apart datasets whose names are alike'({ registry, files }) {
      for (const [i, name] of ['a', 'a-b', 'a-b-c', 'ab'].entries()) await registry.put(someTable(name, i + 1))
      expect(await all(registry)).toEqual(['a 1', 'a-b 2', 'a-b-c 3', 'ab 4'])
      await registry.remove(Name.parse('a-b'))
      expect(await files('a-b')).toBeUndefined()
      expect(await all(registry)).toEqual(['a 1', 'a-b-c 3', 'ab 4'])
    },

    async 'shows no more what is removed, and removes what is not there'({ registry, files }) {
      await registry.remove(Name.parse('flights'))
      await registry.put(someTable('flights', 1))
      await registry.remove(Name.parse('flights'))
      await registry.remove(Name.parse('flights'))
      expect(await files('flights')).toBeUndefined()
      expect(await all(registry)).toEqual([])
      await registry.put(someTable('flights', 2))
      expect(await all(registry)).toEqual(['flights 2'])
    },

    async 'lists nothing where there is nothing'({ registry }) {
      expect(await all(registry)).toEqual([])
    },

    async 'shows one of those that several put at once'({ registry, files, nameOf }) {
      const tables = [1, 2, 3, 4].map((version) => someTable('flights', version))
      expect(await outcomes(tables.map((table) => registry.put(table)))).toEqual({ done: 4 })
      const shown = await files('flights')
      expect(tables.map(({ files }) => files.map(nameOf))).toContainEqual(shown)
    },

    async 'takes many files'({ registry, files }) {
      const table = someTable('flights', 1)
      await registry.put({
        ...table,
        files: Array.from({ length: 3000 }, (_, i) => `datasets/flights/attempts/a-1/part-${i}`),
      })
      expect(await files('flights')).toHaveLength(3000)
    },
  })
}
