import { useInfiniteQuery } from '@tanstack/react-query'
import { filesQuery } from '../api/queries.ts'
import { formatBytes, formatCount } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Async } from '../ui/states.tsx'

/** The files of a version, each with its checksum and an address that gives it. */
export function FileList({ name, version }: { readonly name: string; readonly version: number }) {
  const query = useInfiniteQuery(filesQuery(name, version))
  const list = { data: query.data?.pages.flatMap(({ items }) => items), error: query.error, refetch: query.refetch }
  return (
    <Async query={list}>
      {(files) => (
        <div className="stack">
          <table className="listing">
            <thead>
              <tr>
                <th>File</th>
                <th className="number">Rows</th>
                <th className="number">Size</th>
                <th>SHA-256</th>
              </tr>
            </thead>
            <tbody>
              {files.map(({ name: file, path, rows, bytes, sha256, url }) => (
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
              ))}
            </tbody>
          </table>
          {query.hasNextPage && <Button onPress={() => void query.fetchNextPage()}>More</Button>}
        </div>
      )}
    </Async>
  )
}
