import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { type AllowRule, parseAllow } from '../shared/adapters/egress/allow.ts'
import { Fault } from '../shared/domain/faults.ts'
import { sweepPipelines } from '../shared/usecases/sweep-pipelines.ts'
import { admitAdmin } from './admin-token.ts'
import { startDataApp } from './data-app.ts'
import { holdDataFolder } from './data-folder.ts'
import { takeFirstSnapshots } from './demo/datasources.ts'
import { registerDemo } from './demo/demo.ts'
import { loadFlights } from './demo/flights.ts'
import { startDemo } from './demo/start.ts'
import type { Warehouse } from './demo/warehouse.ts'
import { takePort } from './front.ts'
import { createLog, type Log } from './log.ts'
import { createPages } from './pages.ts'
import { createLocalServer } from './server.ts'
import { BadStart, help, readSettings, type Settings } from './settings.ts'
import { stopSignal } from './stop-signal.ts'
import { welcome } from './welcome.ts'
import { makeWorld, openStores } from './world.ts'

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
  const app = started.adopt(startDataApp(), (app) => app.stop())
  const folder = started.adopt(await holdDataFolder(settings.data), (folder) => folder.release())
  const stores = started.adopt(await openStores(folder, front.origin), (stores) => stores.close())
  const admin = await admitAdmin(stores.catalog, folder, settings.token)
  const say = (line: string) => void (stop.aborted || process.stderr.write(`${line}\n`))
  const demo = settings.demo ? await startDemo(folder, stores.secrets, stop, say) : undefined
  if (demo) started.defer(() => demo.stop())
  if (stop.aborted) return

  // Of all loopback ports only the demo's may be dialled, and those that the start option names.
  const demoRules = (demo?.places ?? []).flatMap(({ host, port }) => parseAllow(`${host}:${port}`))
  const world = makeWorld(stores, { allow: [...rules, ...demoRules], log })
  started.defer(() => world.runs.stop())
  started.defer(() => world.exports.stop())
  started.defer(() => world.schedules.stop())
  if (demo) await registerDemo(world, demo)
  const other = await createPages(stores, app)
  front.open(createLocalServer({ world, other, log, auditDays: settings.auditDays }))
  started.defer(() => front.close())
  // the command and the Python client, started in the same folder, need not be told
  await writeFile(folder.at('address'), `${front.origin}\n`)
  started.defer(() => rm(folder.at('address'), { force: true }))
  process.stdout.write(
    welcome({ origin: front.origin, admin, folder: folder.path, demo: demo?.warehouse !== undefined }),
  )

  const inBackground = (work: Promise<unknown>) => void work.catch((cause: unknown) => log({ code: 'internal', cause }))
  inBackground(world.runs.resume())
  inBackground(world.exports.resume())
  inBackground(world.schedules.resume())
  if (demo) inBackground(takeFirstSnapshots(world))
  app.ready.catch(({ message }: Error) => stop.aborted || process.stderr.write(`${message}\n`))
  inBackground(sweepPipelines(world, stop))
  const hourly = setInterval(() => inBackground(sweepPipelines(world, stop)), 3_600_000)
  started.defer(() => clearInterval(hourly))
  if (demo?.warehouse?.hasFlights === false) inBackground(addFlights(demo.warehouse, stop))
  if (!stop.aborted) await once(stop, 'abort')
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
