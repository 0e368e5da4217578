import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from './command.ts'

/** Where one Headgate is, and the token that it knows. The Python client reads the same file. */
export interface Profile {
  readonly url?: string
  readonly token?: string
}

export interface Profiles {
  readonly default?: string
  readonly profiles: Readonly<Record<string, Profile>>
}

type Env = Readonly<Record<string, string | undefined>>

/** HEADGATE_PROFILES, else in the user's configuration folder as XDG has it. */
export const profilesFile = (env: Env): string =>
  env.HEADGATE_PROFILES ||
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'headgate', 'profiles.json')

export async function readProfiles(env: Env): Promise<Profiles> {
  const file = profilesFile(env)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"profiles":{}}'
    throw new UsageError(`${file} cannot be read: ${error.code}.`)
  })
  try {
    const found = JSON.parse(text) as Profiles
    if (typeof found.profiles === 'object' && found.profiles !== null) return found
  } catch {}
  throw new UsageError(`${file} is no file of profiles.`, 'Mend it, or move it away and run `headgate login`.')
}

/** Replaces the file whole, readable by its owner alone. */
export async function writeProfiles(env: Env, profiles: Profiles): Promise<void> {
  const file = profilesFile(env)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, file)
}

export interface Found {
  readonly value: string | undefined
  /** Where it came from, for people. */
  readonly from: string
}

/** What this call goes to and as whom: flag, then environment, then profile, then a Headgate started in this folder. */
export interface Place {
  readonly profile: Found
  readonly url: Found
  readonly token: Found
}

const usualUrl = 'http://127.0.0.1:7420'

export async function findPlace(
  flags: { readonly url?: string | undefined; readonly profile?: string | undefined },
  env: Env,
): Promise<Place> {
  const all = await readProfiles(env)
  const profile: Found = flags.profile
    ? { value: flags.profile, from: '--profile' }
    : env.HEADGATE_PROFILE
      ? { value: env.HEADGATE_PROFILE, from: 'HEADGATE_PROFILE' }
      : all.default
        ? { value: all.default, from: 'the default of the profiles' }
        : { value: 'default' in all.profiles ? 'default' : undefined, from: 'the profile of that name' }
  const stored = profile.value === undefined ? undefined : all.profiles[profile.value]
  if (profile.value !== undefined && stored === undefined && profile.from !== 'the default of the profiles')
    throw new UsageError(`There is no profile ${JSON.stringify(profile.value)}.`, '`headgate config list` lists them.')
  // A profile that is named by a flag goes over the environment.
  const environment = flags.profile ? {} : env
  const inProfile = `profile ${profile.value} of ${profilesFile(env)}`
  const url: Found = flags.url
    ? { value: flags.url, from: '--url' }
    : environment.HEADGATE_URL
      ? { value: environment.HEADGATE_URL, from: 'HEADGATE_URL' }
      : stored?.url
        ? { value: stored.url, from: inProfile }
        : await localUrl(env)
  return { profile, url, token: await findToken(url, stored, environment, inProfile) }
}

/** A token goes to the address it is of: a profile's to the profile's, this folder's to this machine. */
async function findToken(url: Found, stored: Profile | undefined, env: Env, inProfile: string): Promise<Found> {
  if (env.HEADGATE_TOKEN) return { value: env.HEADGATE_TOKEN, from: 'HEADGATE_TOKEN' }
  const same = (a = '', b = '') => a.replace(/\/+$/, '') === b.replace(/\/+$/, '')
  if (stored?.token && same(stored.url, url.value)) return { value: stored.token, from: inProfile }
  if (same(url.value, (await localUrl(env)).value)) {
    const file = inDataFolder(env, 'token')
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.trim()) return { value: text.trim(), from: file }
  }
  return { value: undefined, from: 'nowhere' }
}

/** Where a Headgate that was started in this folder listens. */
async function localUrl(env: Env): Promise<{ readonly value: string; readonly from: string }> {
  const file = inDataFolder(env, 'address')
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trim() ? { value: text.trim(), from: file } : { value: usualUrl, from: 'where `npm start` listens' }
}

const inDataFolder = (env: Env, name: string): string => join(env.HEADGATE_DATA || '.headgate', name)
