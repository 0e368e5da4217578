import type { ReactNode } from 'react'

export interface PathCrumbsProps {
  readonly path: string
  readonly root?: string
  /** A link to a folder; its path ends with `/`, the root's is empty. */
  readonly link: (path: string, label: string) => ReactNode
}

/** The folders that a path leads through. */
export function PathCrumbs({ path, root = 'Files', link }: PathCrumbsProps) {
  const folders = path.split('/').slice(0, -1)
  const file = path.slice(path.lastIndexOf('/') + 1)
  const steps = folders.map((name, i) => ({ label: name, to: `${folders.slice(0, i + 1).join('/')}/` }))
  return (
    <nav className="crumbs path" aria-label="Folders">
      <ol>
        <li>{link('', root)}</li>
        {steps.map(({ label, to }) => (
          <li key={to}>{link(to, label === '' ? '(no name)' : label)}</li>
        ))}
        {file !== '' && (
          <li>
            <span aria-current="page">{file}</span>
          </li>
        )}
      </ol>
    </nav>
  )
}
