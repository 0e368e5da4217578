import { type Run, UsageError } from '../command.ts'
import { writeItems } from '../output.ts'
import { profilesFile, readProfiles, writeProfiles } from '../profiles.ts'

export const listProfiles: Run = async ({ env, output, note }) => {
  const all = await readProfiles(env)
  const items = Object.entries(all.profiles).map(([name, { url, token }]) => ({
    name,
    url: url ?? null,
    hasToken: token !== undefined,
    isDefault: name === (all.default ?? 'default'),
  }))
  await writeItems(output, items, ['name', 'url', 'hasToken', 'isDefault'])
  if (output.format === 'table') note(profilesFile(env))
}

export const useProfile: Run = async ({ env, note }, [name]) => {
  const all = await readProfiles(env)
  if (!Object.hasOwn(all.profiles, name!)) throw new UsageError(`There is no profile ${JSON.stringify(name)}.`)
  await writeProfiles(env, { ...all, default: name! })
  note(`The default is ${name}.`)
}

export const deleteProfile: Run = async ({ env, note }, [name]) => {
  const all = await readProfiles(env)
  if (!Object.hasOwn(all.profiles, name!)) throw new UsageError(`There is no profile ${JSON.stringify(name)}.`)
  const { [name!]: _, ...profiles } = all.profiles
  const { default: before, ...rest } = all
  await writeProfiles(env, { ...rest, ...(before !== undefined && before !== name && { default: before }), profiles })
  note(`Deleted: ${name}`)
}

/** Each setting, its value (never the token) and where it came from. */
export const explain: Run = async (context) => {
  const { url, token, profile } = await context.place()
  const items = [
    { setting: 'profile', value: profile.value ?? null, from: profile.value === undefined ? 'nowhere' : profile.from },
    { setting: 'url', value: url.value ?? null, from: url.from },
    { setting: 'token', value: token.value === undefined ? null : 'set', from: token.from },
    {
      setting: 'profiles',
      value: profilesFile(context.env),
      from: context.env.HEADGATE_PROFILES ? 'HEADGATE_PROFILES' : 'the configuration folder',
    },
  ]
  await writeItems(context.output, items, ['setting', 'value', 'from'])
}
