import { setTimeout } from 'node:timers/promises'
import type { Stream } from '../api/operation.ts'

/** Between two signs of life: whoever is between us and the reader gives up a reply that is silent for half a minute. */
const everyMs = 5000

/** A JSON value that takes its time: spaces go before it, which JSON allows. What is thrown breaks the reply off. */
export function slowJson(make: () => Promise<unknown>, silenceMs = everyMs): Stream {
  return { headers: { 'content-type': 'application/json' }, stream: chunks(make, silenceMs) }
}

async function* chunks(make: () => Promise<unknown>, silenceMs: number): AsyncGenerator<Uint8Array> {
  const made = make()
  // what is thrown is thrown below, and not meanwhile to nobody
  made.catch(() => {})
  for (;;) {
    const over = new AbortController()
    const silence = setTimeout(silenceMs, 'silent' as const, { signal: over.signal })
    silence.catch(() => {})
    const first = await Promise.race([made.then((value) => ({ value })), silence])
    over.abort()
    if (first !== 'silent') {
      yield Buffer.from(JSON.stringify(first.value))
      return
    }
    yield Buffer.from(' ')
  }
}
