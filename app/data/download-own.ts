import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { saveResponse } from '../lib/save-response.ts'
import { say } from '../shell/toasts.tsx'

/** Gives one of one's own files to the browser as a download. */
export async function downloadOwn(name: string): Promise<void> {
  try {
    await saveResponse(await headgate.objects.open(`user/${name}`), name.slice(name.lastIndexOf('/') + 1))
  } catch (thrown) {
    say(asProblem(thrown).detail, 'bad')
  }
}
