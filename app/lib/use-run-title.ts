import { useEffect } from 'react'

/** Heads the tab with how far a run is, while it runs, or with what it is. `percent`: 0 to 100; null where nobody knows. */
export function useRunTitle(what: string, isLive: boolean, percent: number | null): void {
  useEffect(() => {
    document.title = `${isLive && percent !== null ? `${Math.round(percent)} %` : what} · Headgate`
    return () => {
      document.title = 'Headgate'
    }
  }, [what, isLive, percent])
}
