import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Notes which process a running server belongs to. */
export const writeOwner = (folder: string): Promise<void> => writeFile(join(folder, 'owner.pid'), String(process.pid))

/**
 * Makes sure that no server holds the data folder: waits for one whose owner is gone, and drops the lock of one
 * that died. Throws where a live process of ours is using the folder.
 */
export async function freeDataFolder(folder: string): Promise<void> {
  const lock = join(folder, 'data', 'postmaster.pid')
  const server = await readPid(lock)
  if (server === undefined) return
  const owner = await readPid(join(folder, 'owner.pid'))
  if (owner !== undefined && isAlive(owner) && isAlive(server) && (await isServer(server, folder)))
    throw new Error(`${folder} is in use by process ${owner}: stop that one first, or choose another folder.`)
  for (let waitedMs = 0; isAlive(server) && (await isServer(server, folder)); waitedMs += 50) {
    if (waitedMs === 0) process.kill(server, 'SIGINT')
    if (waitedMs > 30_000) throw new Error(`The PostgreSQL of process ${server} in ${folder} does not end.`)
    await sleep(50)
  }
  await rm(lock, { force: true })
}

async function readPid(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return pid > 1 ? pid : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether that process is a PostgreSQL on this folder, and not one that got its number later. */
async function isServer(pid: number, folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.split('\0').includes(join(folder, 'data'))
}
