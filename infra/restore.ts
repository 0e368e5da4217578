import { parseArgs } from 'node:util'
import { bringBack } from '../shared/adapters/aws/bring-back.ts'

const usage = 'node infra/restore.ts --from <restored table> --to <table> --bucket <bucket> --at <2026-01-31T12:00:00Z>'

/** What the arguments say; throws with the usage where they do not say it all. */
export function readRestore(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = { from: text, to: text, bucket: text, at: text }
  const { from, to, bucket, at } = parseArgs({ args: [...args], options }).values
  const instant = Date.parse(at ?? '')
  if (!from || !to || !bucket || Number.isNaN(instant)) throw new Error(usage)
  if (from === to) throw new Error(`The restored table is the deployment's own.\n${usage}`)
  return { from, to, bucket, at: instant }
}

if (import.meta.main) {
  const { records, removed, objects } = await bringBack(readRestore(process.argv.slice(2)))
  process.stdout.write(
    `${records} records written, ${removed} that came later removed, ${objects} objects brought back.\n`,
  )
}
