import { type Run, UsageError } from '../command.ts'
import { commands } from '../commands.ts'
import { completeLine, scripts } from '../completion.ts'

export const completion: Run = async ({ output }, [shell]) => {
  const script = scripts[shell as keyof typeof scripts]
  if (script === undefined) throw new UsageError('The shell is bash, zsh, fish or powershell.')
  await output.write(script)
}

/** What may stand in the place of the last word, a line each. It is silent about everything that goes wrong. */
export const complete: Run = async (context, words) => {
  const found = await completeLine(
    commands,
    words.map((word) => word ?? ''),
    context,
  ).catch(() => [])
  await context.output.write(found.map((word) => `${word}\n`).join(''))
}
