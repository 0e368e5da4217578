import { useMemo } from 'react'
import type { FileWindow } from '../../clients/typescript/resources/source.ts'
import type { Rows } from '../../clients/typescript/rows.ts'
import type { ReadPage } from '../grid/row-pages.ts'
import { RowsView } from '../grid/rows-view.tsx'
import { Button } from '../ui/button.tsx'
import { fileView } from './file-type.ts'
import { queryOf, type TableView } from './table-view.ts'

export interface FileRowsProps {
  /** One that stays: another is another file. */
  readonly file: Rows<FileWindow>
  readonly name: string
  readonly view: TableView
  readonly onView: (view: TableView) => void
}

/** The rows that the server reads in a file, page by page. */
export function FileRows({ file, name, view, onView }: FileRowsProps) {
  const key = JSON.stringify(queryOf(view))
  const read = useMemo((): ReadPage => {
    const { select, where } = JSON.parse(key)
    return (cursor, limit, signal) => file.page({ select, where, limit }, cursor, { signal })
  }, [file, key])
  return <RowsView label={`Rows of ${name}`} read={read} view={view} onView={onView} canSort={false} />
}

export interface RawToggleProps {
  readonly path: string
  readonly isRaw: boolean
  readonly onRaw: (isRaw: boolean) => void
}

/** Between a file's rows and its text, where it has both. */
export function RawToggle({ path, isRaw, onRaw }: RawToggleProps) {
  if (fileView(path).view !== 'rows' || /\.parquet/i.test(path)) return null
  return (
    <Button icon={isRaw ? 'table' : 'file'} onPress={() => onRaw(!isRaw)}>
      {isRaw ? 'As a table' : 'As text'}
    </Button>
  )
}
