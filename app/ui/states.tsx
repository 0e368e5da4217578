import type { ReactNode } from 'react'
import { asProblem } from '../api/problem.ts'
import { CodeLine } from './code-line.tsx'
import { Icon, type IconName } from './icon.tsx'
import { ProblemCard } from './problem-card.tsx'

export interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
  /** The same on the command line and in Python. */
  readonly cli?: string
  readonly python?: string
}

/** A place where nothing is yet: what it is for, and three ways to begin. */
export function Empty({ icon, title, children, action, cli, python }: EmptyProps) {
  return (
    <section className="empty">
      <div className="empty-icon">
        <Icon name={icon} size={26} />
      </div>
      <h2>{title}</h2>
      {children && <div className="empty-text">{children}</div>}
      {action && <div className="row-actions center">{action}</div>}
      {cli && <CodeLine label="Command line" text={cli} />}
      {python && <CodeLine label="Python" text={python} />}
    </section>
  )
}

/** As tall as what will take its place. */
export function Loading({ label = 'Loading', rows = 6 }: { readonly label?: string; readonly rows?: number }) {
  return (
    <div className="loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
        <div key={i} className="skeleton" />
      ))}
    </div>
  )
}

export interface AsyncProps<T> {
  readonly query: {
    readonly data: T | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly children: (data: T) => ReactNode
  readonly rows?: number
  readonly label?: string
}

/** What a query gave, or that it is still loading, or why it failed. */
export function Async<T>({ query, children, rows = 6, label = 'Loading' }: AsyncProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null && query.error !== undefined)
    return <ProblemCard problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
  return <Loading rows={rows} label={label} />
}
