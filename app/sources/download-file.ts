import type { SourceObject } from '../../clients/typescript/resources/source.ts'
import { asProblem } from '../api/problem.ts'
import { saveResponse } from '../lib/save-response.ts'
import { say } from '../shell/toasts.tsx'

/** Gives a file of a source to the browser as a download. */
export async function downloadFile(file: SourceObject): Promise<void> {
  try {
    await saveResponse(await file.open(), file.key.slice(file.key.lastIndexOf('/') + 1))
  } catch (thrown) {
    say(asProblem(thrown).detail, 'bad')
  }
}
