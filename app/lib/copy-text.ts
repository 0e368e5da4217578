import { say } from '../shell/toasts.tsx'

/** Puts a text on the clipboard and says so. `what` begins the sentence: `The name`. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say(`${what} ${what.endsWith('s') ? 'are' : 'is'} on the clipboard.`)
  } catch {
    say('The browser does not let the app use the clipboard.', 'bad')
  }
}
