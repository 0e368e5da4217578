import { performance } from 'node:perf_hooks'
import type { Check, Stage, StageName } from '../../domain/check.ts'
import { Fault } from '../../domain/faults.ts'

export interface Stages {
  /** Runs a step and notes how it went; one that fails throws what only `end` understands. */
  stage<T>(name: StageName, run: () => Promise<readonly [detail: string, result: T]>): Promise<T>
  /** The check, after all of its stages or after the failure that was thrown. Throws what is none of a stage. */
  end(warnings: readonly string[], thrown?: unknown): Check
}

/** What a check warns of where the connector may be written to, and the login may not write. */
export const mayNotWrite =
  'The connector allows writing, but the login may write to no table and make none: exports will fail.'

/** The stages of one check. `toFault` words what the remote side did; anything it does not know is a defect of ours. */
export function stagesOf(signal: AbortSignal, toFault: (error: unknown) => unknown): Stages {
  const stages: Stage[] = []
  return {
    async stage(name, run) {
      const start = performance.now()
      const ms = () => Math.round((performance.now() - start) * 10) / 10
      try {
        const [detail, result] = await run()
        stages.push({ name, ok: true, ms: ms(), detail, hint: null })
        return result
      } catch (error) {
        const fault = signal.aborted ? new Fault('cancelled', 'The check was ended.') : toFault(error)
        if (!(fault instanceof Fault)) throw error
        stages.push({ name, ok: false, ms: ms(), detail: fault.detail, hint: fault.hint ?? null })
        throw failed
      }
    },
    end(warnings, thrown) {
      if (thrown !== undefined && thrown !== failed) throw thrown
      return { stages, warnings }
    },
  }
}

/** The stage that failed has said so. */
const failed = Symbol('a stage failed')
