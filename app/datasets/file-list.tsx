import { useInfiniteQuery } from '@tanstack/react-query'
import { filesQuery } from '../api/queries.ts'
import { formatBytes, formatCount } from '../lib/format.ts'
import { flat, Listed } from '../ui/listing.tsx'
import { Empty } from '../ui/states.tsx'

/** The files of a version, each with its checksum and an address that gives it. */
export function FileList({ name, version }: { readonly name: string; readonly version: number }) {
  const query = useInfiniteQuery(filesQuery(name, version))
  return (
    <div className="stack">
      <Listed
        query={flat(query)}
        pages={query}
        empty={<Empty icon="file" title="There is no file in this version" />}
        heads={['File', { number: 'Rows' }, { number: 'Size' }, 'SHA-256']}
        row={({ name: file, path, rows, bytes, sha256, url }) => (
          <tr key={file}>
            <td>
              <a href={/^https?:/.test(url) ? url : undefined} className="cell-link" download>
                {path ?? file}
              </a>
            </td>
            <td className="number">{formatCount(rows)}</td>
            <td className="number">{formatBytes(bytes)}</td>
            <td>
              <code className="quiet small" title={sha256}>
                {sha256.slice(0, 16)}…
              </code>
            </td>
          </tr>
        )}
      />
    </div>
  )
}
