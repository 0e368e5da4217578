import { useState } from 'react'

/** Which rows of a list are ticked, by their names, in the order of ticking. */
export function useTicked() {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  return {
    ticked,
    tick: (name: string, is: boolean) =>
      setTicked((before) => new Set([...before].filter((other) => other !== name).concat(is ? name : []))),
    clear: () => setTicked(new Set()),
  }
}
