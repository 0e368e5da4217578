import { useQueries, useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { Button, type Key, Tree, TreeItem, TreeItemContent } from 'react-aria-components'
import { operationsQuery, sourcesQuery, tablesQuery } from '../api/queries.ts'
import type { Source } from '../api/types.ts'
import { kindIcon } from '../sources/kind-icon.ts'
import { Icon, type IconName } from '../ui/icon.tsx'

interface Node {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly icon: IconName
  readonly href: string
  readonly children: readonly Node[]
}

/** As many children as a sidebar can bear; the page of the source lists the rest. */
const most = 200

const at = (...parts: readonly string[]) => `/sources/${parts.map(encodeURIComponent).join('/')}`

/** Every source with its tables, files and operations, opened one by one. */
export function SourceTree() {
  const { data: sources = [], isPending } = useQuery(sourcesQuery())
  const [open, setOpen] = useState<ReadonlySet<Key>>(new Set())
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const opened = sources.filter(({ name }) => open.has(at(name)))
  const tables = useQueries({
    queries: opened.map((source) => ({ ...tablesQuery(source.name), enabled: source.capabilities.includes('tables') })),
  })
  const operations = useQueries({
    queries: opened.map((source) => ({
      ...operationsQuery(source.name),
      enabled: source.capabilities.includes('operations'),
    })),
  })
  const nodes = sources.map((source): Node => {
    const place = opened.indexOf(source)
    return {
      id: at(source.name),
      label: source.title,
      hint: source.name,
      icon: kindIcon(source),
      href: at(source.name),
      // Even a closed branch needs a child: without one the tree would not let it be opened.
      children: withNote(
        at(source.name),
        place < 0 ? [] : childrenOf(source, tables[place]?.data ?? [], operations[place]?.data ?? []),
        place >= 0 && [tables[place], operations[place]].some((query) => query?.isLoading)
          ? 'Reading…'
          : [tables[place]?.error, operations[place]?.error].some(Boolean)
            ? 'It does not answer'
            : 'Nothing here',
      ),
    }
  })
  if (isPending) return <div className="tree-note quiet">…</div>
  if (sources.length === 0) return <div className="tree-note quiet">There is none yet.</div>
  return (
    <Tree
      aria-label="Sources"
      className="tree"
      selectionMode="none"
      expandedKeys={open as Set<Key>}
      onExpandedChange={setOpen}
      items={nodes}
    >
      {(node) => <Branch node={node} pathname={pathname} />}
    </Tree>
  )
}

function Branch({ node, pathname }: { readonly node: Node; readonly pathname: string }) {
  const isHere = pathname === node.href.split('?')[0] && !node.href.includes('?')
  return (
    <TreeItem
      id={node.id}
      textValue={node.label}
      href={node.href}
      hasChildItems={node.children.length > 0}
      className={isHere ? 'tree-item here' : 'tree-item'}
    >
      <TreeItemContent>
        {({ hasChildItems }) => (
          <div className="tree-row" title={node.hint ?? node.label}>
            {hasChildItems ? (
              <Button slot="chevron" className="chevron">
                <Icon name="right" size={12} />
              </Button>
            ) : (
              <span className="chevron" />
            )}
            <Icon name={node.icon} size={15} />
            <span className="tree-label">{node.label}</span>
          </div>
        )}
      </TreeItemContent>
      {node.children.map((child) => (
        <Branch key={child.id} node={child} pathname={pathname} />
      ))}
    </TreeItem>
  )
}

/** The children, or where there are none a line that says why. */
const withNote = (id: string, children: readonly Node[], note: string): readonly Node[] =>
  children.length > 0 ? children : [{ id: `${id}#note`, label: note, icon: 'more', href: id, children: [] }]

function childrenOf(
  { name, capabilities }: Source,
  tables: readonly { readonly table: string; readonly schema: string; readonly name: string; readonly kind: string }[],
  operations: readonly { readonly operationId: string; readonly tag: string }[],
): readonly Node[] {
  const tableNode = ({ table, kind }: (typeof tables)[number]): Node => ({
    id: at(name, 'tables', table),
    label: table,
    icon: kind === 'table' ? 'table' : 'view',
    href: at(name, 'tables', table),
    children: [],
  })
  const files: readonly Node[] = capabilities.includes('objects')
    ? [{ id: at(name, 'files'), label: 'Files', icon: 'folder', href: at(name, 'files'), children: [] }]
    : []
  const tags = [...new Set(operations.map(({ tag }) => tag))].map(
    (tag): Node => ({
      id: `${at(name, 'operations')}#${tag}`,
      label: tag,
      icon: 'api',
      href: `${at(name, 'operations')}?tag=${encodeURIComponent(tag)}`,
      children: operations
        .filter((operation) => operation.tag === tag)
        .slice(0, most)
        .map(({ operationId }) => ({
          id: `${at(name, 'operations')}?${operationId}`,
          label: operationId,
          icon: 'play',
          href: `${at(name, 'operations')}?operation=${encodeURIComponent(JSON.stringify(operationId))}`,
          children: [],
        })),
    }),
  )
  return [...files, ...tags, ...tables.slice(0, most).map(tableNode)]
}
