import { once } from 'node:events'
import { type AllowRule, parseAllow } from '../shared/adapters/egress/allow.ts'
import { Fault } from '../shared/domain/faults.ts'
import { sweepPipelines } from '../shared/usecases/sweep-pipelines.ts'
import { admitAdmin } from './admin-token.ts'
import { type DataFolder, holdDataFolder } from './data-folder.ts'
import { registerExamples, registerPetstore, registerWarehouse } from './demo/demo.ts'
import { loadFlights } from './demo/flights.ts'
import { type Petstore, startPetstore } from './demo/petstore.ts'
import { startWarehouse, type Warehouse } from './demo/warehouse.ts'
import { takePort } from './front.ts'
import { createLog, type Log } from './log.ts'
import { createPages } from './pages.ts'
import { createLocalServer } from './server.ts'
import { BadStart, help, readSettings, type Settings } from './settings.ts'
import { stopSignal } from './stop-signal.ts'
import { welcome } from './welcome.ts'
import { makeWorld, openStores, type Stores } from './world.ts'

/** Runs Headgate on this machine until it is told to stop. */
export async function main(args = process.argv.slice(2), env = process.env): Promise<void> {
  try {
    const settings = readSettings(args, env)
    // What is started later need not know it.
    delete env.HEADGATE_TOKEN
    if (settings === undefined) process.stdout.write(help)
    else await run(settings, stopSignal())
  } catch (thrown) {
    if (!(thrown instanceof BadStart)) throw thrown
    process.stderr.write(`${thrown.message}\n`)
    process.exitCode = 1
  }
}

async function run(settings: Settings, stop: AbortSignal): Promise<void> {
  await using started = new AsyncDisposableStack()
  const write = createLog(settings.verbose)
  // What breaks off because everything is being ended is no failure.
  const log: Log = (line) => {
    if (!stop.aborted) write(line)
  }
  const rules = readAllow(settings.allow)
  const front = started.adopt(await takePort(settings.port), (front) => front.close())
  const folder = started.adopt(await holdDataFolder(settings.data), (folder) => folder.release())
  const stores = started.adopt(await openStores(folder, front.origin), (stores) => stores.close())
  const admin = await admitAdmin(stores.catalog, folder, settings.token)
  const warehouse = settings.demo ? await startDemo(folder, stores, stop) : undefined
  if (warehouse) started.defer(() => warehouse.server.stop())
  const petstore = settings.demo ? await openPetstore() : undefined
  if (petstore) started.defer(() => petstore.stop())
  if (stop.aborted) return

  // Of all loopback ports only the demo's may be dialled, and those that the start option names.
  const demoRules = [warehouse?.server, petstore].flatMap((at) => (at ? parseAllow(`${at.host}:${at.port}`) : []))
  const world = makeWorld(stores, { allow: [...rules, ...demoRules], log })
  started.defer(() => world.runs.stop())
  started.defer(() => world.schedules.stop())
  if (warehouse) await registerWarehouse(world, warehouse)
  if (petstore) await registerPetstore(world, petstore)
  if (settings.demo) await registerExamples(world)
  const other = await createPages(stores)
  front.open(createLocalServer({ world, other, log, auditDays: settings.auditDays }))
  started.defer(() => front.close())
  process.stdout.write(welcome({ origin: front.origin, admin, folder: folder.path, demo: warehouse !== undefined }))

  const inBackground = (work: Promise<unknown>) => void work.catch((cause: unknown) => log({ code: 'internal', cause }))
  inBackground(world.runs.resume())
  inBackground(world.schedules.resume())
  inBackground(sweepPipelines(world, stop))
  const hourly = setInterval(() => inBackground(sweepPipelines(world, stop)), 3_600_000)
  started.defer(() => clearInterval(hourly))
  if (warehouse && !warehouse.hasFlights) inBackground(addFlights(warehouse, stop))
  if (!stop.aborted) await once(stop, 'abort')
}

/** The demo, or undefined and a sentence why not: Headgate is of use without it. */
async function startDemo(folder: DataFolder, { secrets }: Stores, stop: AbortSignal): Promise<Warehouse | undefined> {
  try {
    return await startWarehouse(folder.at('demo', 'postgres'), secrets, stop)
  } catch (thrown) {
    if (!stop.aborted) process.stderr.write(`There is no demo this time. ${(thrown as Error).message}\n`)
    return undefined
  }
}

async function openPetstore(): Promise<Petstore | undefined> {
  try {
    return await startPetstore()
  } catch (thrown) {
    process.stderr.write(`There is no pet store this time. ${(thrown as Error).message}\n`)
    return undefined
  }
}

async function addFlights({ server, database }: Warehouse, stop: AbortSignal): Promise<void> {
  const rows = await loadFlights({ ...server, database }, stop)
  process.stdout.write(`The table flights is there now too: ${rows.toLocaleString('en')} rows.\n`)
}

function readAllow(text: string): readonly AllowRule[] {
  try {
    return parseAllow(text)
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    throw new BadStart(`HEADGATE_ALLOW: ${thrown.detail}\n${thrown.hint ?? ''}`, { cause: thrown })
  }
}
