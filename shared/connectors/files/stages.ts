import type { Check, Stage, StageName } from '../../domain/check.ts'
import { Fault } from '../../domain/faults.ts'

/** Runs one stage of a check; `tell` makes the sentence of what was found. */
export type TakeStage = <T>(name: StageName, run: () => Promise<T>, tell: (found: T) => string) => Promise<T>

/** A check that ends at the first stage that fails. `walk` gives the warnings. */
export async function takeStages(walk: (take: TakeStage) => Promise<readonly string[]>): Promise<Check> {
  const stages: Stage[] = []
  const failed = Symbol('failed')
  const take: TakeStage = async (name, run, tell) => {
    const begun = performance.now()
    const ms = () => Math.round(performance.now() - begun)
    try {
      const found = await run()
      stages.push({ name, ok: true, ms: ms(), detail: tell(found), hint: null })
      return found
    } catch (thrown) {
      stages.push({ name, ok: false, ms: ms(), ...explain(thrown) })
      throw failed
    }
  }
  try {
    return { stages, warnings: await walk(take) }
  } catch (thrown) {
    if (thrown !== failed) throw thrown
    return { stages, warnings: [] }
  }
}

function explain(thrown: unknown): Pick<Stage, 'detail' | 'hint'> {
  if (thrown instanceof Fault) return { detail: thrown.detail, hint: thrown.hint ?? null }
  if (thrown instanceof DOMException)
    return {
      detail: 'Nothing was known in time.',
      hint: 'Ask whether a firewall stands between, or give it more time.',
    }
  return { detail: 'It failed for a reason that nothing tells.', hint: null }
}
