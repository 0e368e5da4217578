import { Fault } from '../domain/faults.ts'
import { nearest } from '../domain/filter.ts'
import type { KindInfo } from '../ports/sources.ts'

/** The port `Kinds` over the listed kinds, each given back as what it was. */
export function createKinds<K extends KindInfo>(kinds: readonly K[]): { list(): readonly K[]; get(kind: string): K } {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]))
  return {
    list: () => kinds,
    get(kind) {
      const found = byName.get(kind)
      if (found) return found
      const near = nearest(kind, [...byName.keys()])
      throw new Fault('invalid-request', `There is no kind of connector ${JSON.stringify(kind.slice(0, 63))}.`, {
        hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'GET /v1/kinds lists them.',
        errors: [{ pointer: '/body/kind', detail: 'is not a kind of connector' }],
      })
    },
  }
}
