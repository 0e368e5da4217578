import { Fault } from '../domain/faults.ts'
import type { Claim } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import { checkGroup } from './check-group.ts'
import { datasourceOf } from './keys.ts'
import type { Pace } from './pace.ts'
import { fixPlan, type Plan } from './plan-snapshot.ts'

/**
 * The plans of snapshots that are taken together, each made once. Faults: those of `fixPlan`, not-offered where they can be
 * taken together no more: their datasources may have changed since that was asked for.
 */
export async function fixGroup(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  claims: readonly [Claim, ...Claim[]],
  at: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<readonly Plan[]> {
  const plans: Plan[] = []
  for (const claim of claims)
    plans.push(
      await fixPlan(world, claim, at).catch((thrown) => {
        throw inDatasource(claim, thrown)
      }),
    )
  const [{ datasource, budget }] = plans as [Plan]
  checkGroup(
    plans.map(({ datasource }) => datasource),
    world.sources.get(datasource.kind),
    { name: datasource.connector, budget },
  )
  return plans
}

/** A failure at one of a group's snapshots, as all of them tell it; of one that is taken alone, as it is. */
export const inDatasource = ({ snapshot, first }: Claim, thrown: unknown): unknown =>
  first !== undefined && thrown instanceof Fault
    ? new Fault(thrown.code, `${datasourceOf(snapshot)}: ${thrown.detail}`, {
        ...(thrown.hint !== undefined && { hint: thrown.hint }),
        cause: thrown,
      })
    : thrown

/** The fault for a server that exports no moment, though its kind has views. */
export const noMoment = (): Fault =>
  new Fault('not-offered', 'The server shares no moment between connections: the tables cannot be taken as of one.', {
    hint: 'Take the snapshots one by one.',
  })
