import type { AnyKind, Egress } from '../connectors/kind.ts'
import type { Pins } from '../ports/sources.ts'
import { createKinds } from './kinds.ts'

/** The port `Pins` over the listed kinds, for who saves connectors and opens none. */
export function createPins({ egress, kinds }: { readonly egress: Egress; readonly kinds: readonly AnyKind[] }): Pins {
  const known = createKinds(kinds)
  return {
    ...known,
    async pin(name, { config, before }, signal) {
      const kind = known.get(name)
      if (!kind.pin) return config
      // What was kept may be older than the schema: it then pins nothing.
      const parsed = before === undefined ? undefined : kind.config.safeParse(before)
      const kept = parsed?.success ? parsed.data : undefined
      return (await kind.pin({ config, before: kept, egress, signal })) as Record<string, unknown>
    },
  }
}
