import { diagnose } from '../../infra/doctor.ts'
import type { Run } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { writeItems } from '../output.ts'

/** Looks at a deployment from outside; ends with `failed` where anything is not as it should be. */
export const doctor: Run = async (context) => {
  const { url, token } = await context.place()
  const findings = await diagnose({ url: url.value!, ...(token.value !== undefined && { token: token.value }) })
  await writeItems(
    context.output,
    findings.map((each) => ({ ...each })),
    ['ok', 'what', 'detail'],
  )
  const wrong = findings.filter(({ ok }) => !ok).length
  if (wrong > 0)
    throw Object.assign(new Error(`${wrong} of ${findings.length} are not well.`), { exitCode: exitCodes.failed })
}
