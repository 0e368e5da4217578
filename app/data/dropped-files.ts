import type { DropItem } from 'react-aria-components'

/** The files among what was dropped, those of folders with the names of the folders before theirs. */
export async function droppedFiles(
  items: readonly DropItem[],
): Promise<readonly { readonly name: string; readonly file: File }[]> {
  const found: { name: string; file: File }[] = []
  const take = async (item: DropItem, folder: string): Promise<void> => {
    if (item.kind === 'file') found.push({ name: folder + item.name, file: await item.getFile() })
    if (item.kind === 'directory')
      for await (const entry of item.getEntries()) await take(entry, `${folder}${item.name}/`)
  }
  for (const item of items) await take(item, '')
  return found
}
