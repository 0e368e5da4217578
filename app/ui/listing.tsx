import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Async } from './states.tsx'

/** The head of a column; `number`: its values stand at the right; `hidden`: it is only read out. */
export type Head = string | { readonly number: string } | { readonly hidden: string }

/** Above the buttons of each row. */
export const deeds: Head = { hidden: 'What can be done' }

/** A list that may have further pages. */
interface Paged {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly fetchNextPage: () => unknown
}

export interface ListingProps {
  readonly heads: readonly Head[]
  /** The rows: `<tr>`s. */
  readonly children: ReactNode
  readonly caption?: ReactNode
  readonly pages?: Paged
}

/** A table of records, with a button for more of them where there are. */
export function Listing({ heads, children, caption, pages }: ListingProps) {
  return (
    <>
      <table className="listing">
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>
            {heads.map((head) => (
              <HeadCell key={JSON.stringify(head)} head={head} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
      {pages?.hasNextPage && (
        <Button isDisabled={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
          {pages.isFetchingNextPage ? 'Reading…' : 'More'}
        </Button>
      )}
    </>
  )
}

function HeadCell({ head }: { readonly head: Head }) {
  if (typeof head === 'string') return <th>{head}</th>
  if ('number' in head) return <th className="number">{head.number}</th>
  return (
    <th>
      <span className="visually-hidden">{head.hidden}</span>
    </th>
  )
}

/** The buttons of a row. */
export function Deeds({ children }: { readonly children: ReactNode }) {
  return (
    <td>
      <div className="row-actions end">{children}</div>
    </td>
  )
}

export interface ListedProps<T> extends Omit<ListingProps, 'children'> {
  readonly query: { readonly data: readonly T[] | undefined; readonly error: unknown; readonly refetch: () => unknown }
  /** What is shown where there is none. */
  readonly empty: ReactNode
  readonly row: (item: T) => ReactNode
}

/** What a query lists, or what there could be. */
export function Listed<T>({ query, empty, row, ...listing }: ListedProps<T>) {
  return (
    <Async query={query}>{(all) => (all.length === 0 ? empty : <Listing {...listing}>{all.map(row)}</Listing>)}</Async>
  )
}

/** The items of all pages that were read so far, as one query. */
export function flat<T>(query: {
  readonly data: { readonly pages: readonly { readonly items: readonly T[] }[] } | undefined
  readonly error: unknown
  readonly refetch: () => unknown
}) {
  const { data, error, refetch } = query
  return { data: data?.pages.flatMap(({ items }) => items), error, refetch }
}
