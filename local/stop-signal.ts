/** A process group's Ctrl-C reaches a child of npm twice, from the terminal and from npm: within this time it is one. */
const sameMs = 500

/**
 * Aborted by the first SIGINT or SIGTERM (on Windows, Ctrl-C). A second one, meant as such, ends the process at once
 * with the exit code 130.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let firstMs = 0
  const onSignal = (name: string) => {
    if (!stop.signal.aborted) {
      firstMs = performance.now()
      stop.abort(new Error(`Stopped by ${name}.`))
    } else if (performance.now() - firstMs > sameMs) process.exit(130)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return stop.signal
}
