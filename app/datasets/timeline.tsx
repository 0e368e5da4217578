import type { Version } from '../api/types.ts'
import { formatBytes, formatCount, formatMoment } from '../lib/format.ts'

/** As many as a line can show. */
const most = 60

/** The rows of the versions one after the other, the oldest at the left. The table below has the figures. */
export function Timeline({ versions }: { readonly versions: readonly Version[] }) {
  const shown = versions.slice(0, most).toReversed()
  const highest = Math.max(1, ...shown.map(({ rows }) => rows))
  if (shown.length < 2) return null
  return (
    <figure className="timeline" aria-label="Rows by version">
      <div className="timeline-bars" aria-hidden="true">
        {shown.map(({ version, rows, bytes, published }) => (
          <span
            key={version}
            className="timeline-bar"
            title={`Version ${version}: ${formatCount(rows)} rows, ${formatBytes(bytes)}, ${formatMoment(published)}`}
          >
            <span className="bar-fill" style={{ height: `${Math.max(3, (rows / highest) * 100)}%` }} />
          </span>
        ))}
      </div>
      <figcaption className="quiet small">
        Rows, version {shown[0]!.version} to {shown.at(-1)!.version}
      </figcaption>
    </figure>
  )
}
