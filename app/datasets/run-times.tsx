import { useEffect, useState } from 'react'
import type { Preview, Times } from './schedule-preview.ts'

/** What the times in the form mean: a sentence, the next five of them, and what the clock of the zone does to them. */
export function RunTimes({ times }: { readonly times: Times }) {
  const [preview, setPreview] = useState<Preview | string>()
  const key = JSON.stringify(times)
  useEffect(() => {
    let isGone = false
    import('./schedule-preview.ts')
      .then(({ previewTimes }) => previewTimes(JSON.parse(key)))
      .catch((thrown: Error) => thrown.message)
      .then((found) => !isGone && setPreview(found))
    return () => {
      isGone = true
    }
  }, [key])
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <section className="run-times" aria-label="What that means" aria-live="polite">
      <h2>What that means</h2>
      {typeof preview === 'string' && <p className="error">{preview}</p>}
      {typeof preview === 'object' && (
        <>
          <p className="run-words">{preview.words}</p>
          <ol className="list">
            {preview.next.map((date) => (
              <li key={date.getTime()}>
                <span>{inZone(date, times.timeZone)}</span>
                {here !== times.timeZone && <span className="quiet small push">{inZone(date, here)} yours</span>}
              </li>
            ))}
          </ol>
          {preview.warnings.map((warning) => (
            <p key={warning} className="notice warn">
              {warning}
            </p>
          ))}
        </>
      )}
    </section>
  )
}

function inZone(date: Date, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'short' }).format(date)
  } catch {
    return date.toISOString()
  }
}
