import * as api from '../../shared/api/datasources.ts'
import { createSnapshot as createSnapshotRow } from '../../shared/api/snapshots.ts'
import { isFault } from '../../shared/domain/faults.ts'
import { datasources, snapshotsOf } from '../../shared/ports/dataset-records.ts'
import type { WholeWorld } from '../../shared/ports/index.ts'
import { createDatasource } from '../../shared/usecases/create-datasource.ts'
import { createSnapshot } from '../../shared/usecases/create-snapshot.ts'
import { ask, demoCaller } from './ask.ts'

/** One of each sort that there is: a table, a query, files parsed, files as they are, an API's list, code of our own. */
const all = [
  {
    name: 'experiments',
    title: 'Experiments of the laboratory',
    connector: 'data-warehouse-sql',
    selection: { table: 'experiments' },
  },
  {
    name: 'yield-by-family',
    title: 'Mean yield of each family of formulations',
    connector: 'data-warehouse-sql',
    selection: {
      sql:
        'select family, count(*) as runs, round(avg(yield_percent), 2) as mean_yield ' +
        'from experiments join formulations using (formulation_id) group by family order by family',
    },
  },
  {
    name: 'seattle-weather',
    title: 'Daily weather of Seattle (a CSV file)',
    connector: 'public-data-s3',
    selection: { path: 'csv/seattle-weather.csv' },
  },
  {
    name: 'penguins',
    title: 'Penguins of the Palmer Archipelago (a JSON file)',
    connector: 'public-data-s3',
    selection: { path: 'json/penguins.json' },
  },
  {
    name: 'images',
    title: 'Images, copied as they are',
    connector: 'public-data-s3',
    selection: { glob: 'images/*.png' },
  },
  {
    name: 'pets',
    title: 'Pets of the store (pages of an API)',
    connector: 'petstore',
    selection: { operation: 'listPets' },
  },
  {
    name: 'station-readings',
    title: 'Hourly readings (Python)',
    connector: 'weather-stations',
    selection: { config: { days: 7 } },
  },
  {
    name: 'daily-rates',
    title: 'Exchange rates of the day (TypeScript)',
    connector: 'exchange-rates',
    selection: { config: {} },
  },
] as const

/** Makes the datasources of a connector of the demo, save where somebody has one of that name. */
export async function createDatasources(world: WholeWorld, connector: string): Promise<void> {
  for (const datasource of all.filter((each) => each.connector === connector))
    await ask(api.createDatasource, createDatasource, world, { body: JSON.stringify(datasource) }).catch(
      (thrown: unknown) => {
        if (!isFault(thrown, 'conflict')) throw thrown
      },
    )
}

/** Takes the first snapshot of each datasource of the demo that has none. They run on; this waits for none of them. */
export async function takeFirstSnapshots(world: WholeWorld): Promise<void> {
  for (const { name } of all) {
    const found = await world.catalog.get(datasources, name)
    if (found?.value.createdBy !== demoCaller.id) continue
    const { entries } = await world.catalog.list(snapshotsOf(name), { limit: 1 })
    if (entries.length === 0) await ask(createSnapshotRow, createSnapshot, world, { params: { name } })
  }
}
