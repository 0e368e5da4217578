import { copyText } from '../lib/copy-text.ts'
import { Button } from './button.tsx'

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly text: string
}

export interface RunLogProps {
  readonly lines: readonly LogLine[]
  /** What can be copied whole, for whom can help. */
  readonly record: unknown
}

/** What happened in a run, in order. */
export function RunLog({ lines, record }: RunLogProps) {
  return (
    <section>
      <div className="row-actions">
        <h2>What happened</h2>
        <Button
          variant="ghost"
          icon="copy"
          isSmall
          onPress={() => void copyText(JSON.stringify(record, null, 2), 'The record')}
        >
          Copy the record
        </Button>
      </div>
      <ol className="log" aria-label="What happened">
        {lines.map(({ at, text }) => (
          <li key={`${at} ${text}`}>
            <time className="quiet">{clock.format(new Date(at))}</time> {text}
          </li>
        ))}
      </ol>
    </section>
  )
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
