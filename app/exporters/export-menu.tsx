import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Menu, MenuTrigger, Popover } from 'react-aria-components'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { exportersQuery } from '../api/queries.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'
import { MenuEntry } from '../ui/menu-entry.tsx'

export interface ExportMenuProps {
  readonly dataset: string
  readonly version: number
}

/** Writes the version on screen to where an exporter points. Nothing is shown where there is no exporter. */
export function ExportMenu({ dataset, version }: ExportMenuProps) {
  const { data: exporters = [] } = useQuery(exportersQuery())
  const client = useQueryClient()
  const navigate = useNavigate()
  const run = async (exporter: string) => {
    try {
      const { id } = await headgate.exporters.run(exporter, { dataset, version })
      await client.invalidateQueries({ queryKey: ['exports', exporter] })
      await navigate({ to: '/exports/$id', params: { id } })
    } catch (thrown) {
      say(asProblem(thrown).detail, 'bad')
    }
  }
  if (exporters.length === 0) return null
  return (
    <MenuTrigger>
      <Button icon="send">Export</Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label="Exporters" onAction={(key) => void run(String(key))}>
          {exporters.map(({ name, title, path, table }) => (
            <MenuEntry key={name} id={name} textValue={title} hint={path ?? table}>
              {title}
            </MenuEntry>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
