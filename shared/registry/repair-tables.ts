import type { Name } from '../domain/connector.ts'
import { datasets, versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { versionId } from '../snapshots/keys.ts'
import { syncTable } from './sync-table.ts'

/** Has engines see of every dataset what they should, and of what is gone nothing. */
export async function repairTables(
  world: World<{ catalog: 'read'; objects: 'read'; registry: 'write' }>,
  { onFailure }: { readonly onFailure: (dataset: string, thrown: unknown) => void },
): Promise<{ readonly repaired: number }> {
  const shown = new Map<Name, number>()
  for (let after: string | undefined; ; ) {
    const page = await world.registry.list(after === undefined ? {} : { after })
    for (const { dataset, version } of page.tables) shown.set(dataset, version)
    if (page.next === null) break
    after = page.next
  }
  const wrong = new Set<Name>(shown.keys())
  for (let after: string | undefined; ; ) {
    const page = await world.catalog.list(datasets, { limit: 1000, ...(after !== undefined && { after }) })
    for (const { value } of page.entries)
      if (await isRight(world, value, shown.get(value.name))) wrong.delete(value.name)
      else wrong.add(value.name)
    if (page.next === null) break
    after = page.next
  }
  for (const dataset of wrong) await syncTable(world, dataset).catch((thrown) => onFailure(dataset, thrown))
  return { repaired: wrong.size }
}

/** What is not shown is right where engines could not read it. */
async function isRight(
  { catalog }: World<{ catalog: 'read' }>,
  { name, latest }: { readonly name: Name; readonly latest: number | null },
  shown: number | undefined,
): Promise<boolean> {
  if (shown !== undefined || latest === null) return shown === (latest ?? undefined)
  const version = await catalog.get(versionsOf(name), versionId(latest))
  return version === undefined || version.value.shape !== 'rows' || version.value.format !== 'parquet'
}
