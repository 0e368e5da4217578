import type { Caller } from '../domain/caller.ts'
import { ownerPart } from '../domain/owner.ts'
import type { CatalogWriter } from '../ports/catalog.ts'
import { seen } from '../ports/identity-records.ts'

/** How old what was noted may get before it is noted again. */
const hourMs = 3_600_000

/** Notes who was let in and which token was used, at most once an hour each. Never fails: nobody is kept out by it. */
export const noteSeen =
  (catalog: CatalogWriter) =>
  async (caller: Caller, name: string | null): Promise<void> => {
    const about = { id: caller.id, name, role: caller.role, at: new Date().toISOString() }
    const ids = [`callers/${ownerPart(caller.id)}`, ...(caller.token === undefined ? [] : [`tokens/${caller.token}`])]
    await Promise.allSettled(
      ids.map(async (id) => {
        const before = await catalog.get(seen, id)
        if (before && Date.parse(before.value.at) + hourMs > Date.now() && before.value.role === about.role) return
        const value = { ...about, name: name ?? before?.value.name ?? null }
        await catalog.write([
          before ? { replace: seen, id, value, revision: before.revision } : { create: seen, id, value },
        ])
      }),
    )
  }
