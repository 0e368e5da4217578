import { Menu, MenuTrigger, Popover } from 'react-aria-components'
import { headgate } from '../api/headgate.ts'
import type { Version } from '../api/types.ts'
import { saveResponse } from '../lib/save-response.ts'
import { say } from '../shell/toasts.tsx'
import { Button } from '../ui/button.tsx'
import { MenuEntry } from '../ui/menu-entry.tsx'

type Format = 'parquet' | 'csv' | 'ndjson' | 'zip'

const titles: Readonly<Record<Format, string>> = {
  parquet: 'Parquet',
  csv: 'CSV',
  ndjson: 'NDJSON',
  zip: 'Its files and manifest, as zip',
}

export interface DownloadMenuProps {
  readonly name: string
  readonly version: Pick<Version, 'version' | 'shape'>
  readonly isSmall?: boolean
}

/** A version as one file, in a format of one's choice. */
export function DownloadMenu({ name, version: { version, shape }, isSmall = false }: DownloadMenuProps) {
  const formats: readonly Format[] = shape === 'files' ? ['zip'] : ['parquet', 'csv', 'ndjson', 'zip']
  const download = async (format: Format) => {
    say(`Version ${version} of ${name} is on its way.`)
    try {
      const response = await headgate.datasets.at(name).download({ version, format })
      await saveResponse(response, `${name}-${version}.${format}`)
    } catch (thrown) {
      say((thrown as Error).message, 'bad')
    }
  }
  return (
    <MenuTrigger>
      {isSmall ? (
        <Button variant="ghost" icon="download" isSmall label={`Download version ${version}`} />
      ) : (
        <Button icon="download">Download</Button>
      )}
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label="Formats" onAction={(key) => void download(key as Format)}>
          {formats.map((format) => (
            <MenuEntry key={format} id={format}>
              {titles[format]}
            </MenuEntry>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
