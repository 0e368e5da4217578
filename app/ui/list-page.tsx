import { type ReactNode, useState } from 'react'
import { Listed, type ListedProps } from './listing.tsx'
import { PageHeader, type PageHeaderProps } from './page-header.tsx'
import { Empty } from './states.tsx'
import { TextField } from './text-field.tsx'

export interface ListPageProps<T> extends Omit<PageHeaderProps, 'name'>, ListedProps<T> {
  /** What one of them is called: `dataset`. */
  readonly one: string
  /** The text in which one is found. */
  readonly textOf: (item: T) => string
  /** What stands above the list. */
  readonly above?: ReactNode
}

/** A page of all records of one sort, found by a few letters. */
export function ListPage<T>({ one, textOf, above, title, facts, icon, actions, query, ...listed }: ListPageProps<T>) {
  const [search, setSearch] = useState('')
  const words = search.toLowerCase().split(/\s+/)
  const found = query.data?.filter((item) => {
    const text = textOf(item).toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const find = `Find ${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`
  const isNone = found?.length === 0 && query.data!.length > 0
  return (
    <div className="page">
      <PageHeader {...{ title, facts, actions, ...(icon && { icon }) }} />
      {(query.data?.length ?? 0) > 0 && (
        <div className="toolbar">
          <TextField label={find} isHiddenLabel type="search" value={search} onChange={setSearch} placeholder={find} />
        </div>
      )}
      {above}
      {isNone ? (
        <Empty icon="search" title={`No ${one} is called “${search}”`} />
      ) : (
        <Listed query={{ ...query, data: found }} {...listed} />
      )}
    </div>
  )
}
