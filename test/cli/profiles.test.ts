import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPlace, profilesFile, readProfiles, writeProfiles } from '../../cli/profiles.ts'

let home: string
let env: Record<string, string>
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'headgate-profiles-'))
  env = { HOME: home, HEADGATE_DATA: join(home, 'data') }
  await writeProfiles(env, {
    default: 'lab',
    profiles: {
      lab: { url: 'https://lab.example.org', token: 'lab-token' },
      other: { url: 'https://other.example.org', token: 'other-token' },
    },
  })
})
afterEach(() => rm(home, { recursive: true, force: true }))

describe('profiles', () => {
  it('lie where XDG says, readable by their owner alone, also after a second write', async () => {
    expect(profilesFile(env)).toBe(join(home, '.config/headgate/profiles.json'))
    expect(profilesFile({ ...env, XDG_CONFIG_HOME: '/x' })).toBe('/x/headgate/profiles.json')
    expect(profilesFile({ ...env, HEADGATE_PROFILES: '/y.json' })).toBe('/y.json')
    await writeProfiles(env, await readProfiles(env))
    expect((await stat(profilesFile(env))).mode & 0o777).toBe(0o600)
    expect((await stat(join(profilesFile(env), '..'))).mode & 0o077).toBe(0)
  })

  it('that are broken are told of, and not overwritten', async () => {
    await writeFile(profilesFile(env), '{"profiles"')
    await expect(readProfiles(env)).rejects.toThrow('is no file of profiles')
  })

  const where = async (flags: object, more: object = {}) => {
    const { url, token } = await findPlace(flags, { ...env, ...more })
    return [url.value, token.value, url.from, token.from]
  }

  it('come after flags and the environment', async () => {
    const file = `profile lab of ${profilesFile(env)}`
    expect(await where({})).toEqual(['https://lab.example.org', 'lab-token', file, file])
    const environment = { HEADGATE_URL: 'https://env.example.org', HEADGATE_TOKEN: 'env-token' }
    expect((await where({}, environment)).slice(0, 2)).toEqual(['https://env.example.org', 'env-token'])
    expect((await where({ url: 'https://flag.example.org' }, environment))[0]).toBe('https://flag.example.org')
    expect((await where({ profile: 'other' }, environment)).slice(0, 2)).toEqual([
      'https://other.example.org',
      'other-token',
    ])
    expect((await where({}, { HEADGATE_PROFILE: 'other' }))[1]).toBe('other-token')
    await expect(where({ profile: 'nobody' })).rejects.toThrow('There is no profile "nobody"')
  })

  it('give their token to their own address alone', async () => {
    expect((await where({ url: 'https://elsewhere.example.org' }))[1]).toBeUndefined()
    expect((await where({ url: 'https://lab.example.org/' }))[1]).toBe('lab-token')
  })

  it('are not needed beside a Headgate that was started in this folder', async () => {
    await writeProfiles(env, { profiles: {} })
    await mkdir(env.HEADGATE_DATA!)
    await writeFile(join(env.HEADGATE_DATA!, 'token'), 'local-token\n')
    expect((await where({})).slice(0, 2)).toEqual(['http://127.0.0.1:7420', 'local-token'])
    expect((await where({ url: 'http://127.0.0.1:8000' }))[1]).toBeUndefined()
    await writeFile(join(env.HEADGATE_DATA!, 'address'), 'http://127.0.0.1:8000\n')
    expect((await where({})).slice(0, 2)).toEqual(['http://127.0.0.1:8000', 'local-token'])
    expect((await where({ url: 'http://127.0.0.1:7420' }))[1]).toBeUndefined()
  })
})
