import { spawn } from 'node:child_process'
import { hostname } from 'node:os'
import { AuthorizationPending, type BodyOf, type Headgate, SlowDown } from '../../clients/typescript/index.ts'
import { type Options, type Run, text, texts, UsageError } from '../command.ts'
import { type Context, readAll } from '../context.ts'
import { writeItem } from '../output.ts'
import { readProfiles, writeProfiles } from '../profiles.ts'
import { findSignIn, type SignIn, signInByBrowser } from '../sign-in.ts'

type Scopes = NonNullable<BodyOf<'requestDevice'>['scopes']>

export const login: Run = async (context, [address], options) => {
  const url = (address ?? (await context.place()).url.value!).replace(/\/+$/, '')
  const token = await newToken(context, url, options)
  const me = await context.clientAt(url, token).me()
  const profile = text(options, 'profile') ?? 'default'
  const all = await readProfiles(context.env)
  const profiles = { ...all.profiles, [profile]: { url, token } }
  await writeProfiles(context.env, { ...all, default: all.default ?? profile, profiles })
  context.note(`Signed in at ${url} as ${me.id} (${me.role}), kept in the profile ${profile}.`)
}

async function newToken(context: Context, url: string, options: Options): Promise<string> {
  if (options.withToken === true) return tokenOfInput(context)
  const signIn = options.device === true ? undefined : await findSignIn(url, context.signal)
  return signIn === undefined ? tokenOfDevice(context, url, options) : tokenOfBrowser(context, url, signIn, options)
}

/** A session ends within the hour: it makes a token that lasts, and is forgotten. */
async function tokenOfBrowser(context: Context, url: string, signIn: SignIn, options: Options): Promise<string> {
  const open = (address: string) => {
    process.stderr.write(`Sign in at\n  ${address}\n`)
    if (context.terminal.asks) openBrowser(address)
  }
  const session = await signInByBrowser(signIn, { open, signal: context.signal })
  const scopes = scopesOf(options) ?? ['read', 'run', 'write']
  return (await context.clientAt(url, session).tokens.create({ name: clientName(context), scopes })).token
}

const clientName = ({ env }: Context): string => `headgate on ${env.HOSTNAME ?? hostname()}`

const scopesOf = (options: Options): Scopes | undefined => {
  const scopes = texts(options, 'scope') as unknown as Scopes
  return scopes.length > 0 ? scopes : undefined
}

/** The token alone, or the line of a header as `npm start` keeps it. */
async function tokenOfInput(context: Context): Promise<string> {
  const said = process.stdin.isTTY ? await context.readSecret('Token: ') : await readAll(process.stdin)
  const token = said.trim().replace(/^authorization:\s*bearer\s+/i, '')
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UsageError('There is no token on standard input.')
  return token
}

/** RFC 8628: a person who is signed in anywhere lets this machine in. */
async function tokenOfDevice(context: Context, url: string, options: Options): Promise<string> {
  const scopes = scopesOf(options)
  const headgate = context.clientAt(url)
  const begun = await headgate.call('requestDevice', {
    body: { client: clientName(context), ...(scopes && { scopes }) },
  })
  process.stderr.write(
    `Open ${begun.verificationUri} and enter ${begun.userCode}, or open\n  ${begun.verificationUriComplete}\n`,
  )
  if (options.device !== true && context.terminal.asks) openBrowser(begun.verificationUriComplete)
  const { deviceCode } = begun
  for (let seconds = begun.interval; ; ) {
    await pause(seconds * 1000, context.signal)
    try {
      return (await headgate.call('takeDeviceToken', { body: { deviceCode } })).token
    } catch (thrown) {
      if (thrown instanceof SlowDown) seconds += 5
      else if (!(thrown instanceof AuthorizationPending)) throw thrown
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })

/** Best effort: the address was printed too. It holds a code that lets nobody in by itself. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  spawn(program!, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}

export const logout: Run = async (context, _, options) => {
  const all = await readProfiles(context.env)
  const name = text(options, 'profile') ?? context.env.HEADGATE_PROFILE ?? all.default ?? 'default'
  const found = all.profiles[name]
  if (found === undefined) throw new UsageError(`There is no profile ${JSON.stringify(name)}.`)
  const { token: _token, ...rest } = found
  await writeProfiles(context.env, { ...all, profiles: { ...all.profiles, [name]: rest } })
  context.note(
    `The profile ${name} has no token any more. The token itself is good until it is revoked: headgate tokens delete`,
  )
}

export const status: Run = async (context) => {
  const { url, token, profile } = await context.place()
  const headgate = await context.headgate()
  const me = await headgate.me()
  await writeItem(context.output, {
    url: url.value!,
    token: `from ${token.from}`,
    profile: profile.value ?? null,
    id: me.id,
    role: me.role,
    scopes: me.scopes.join(' '),
    connectors: me.connectors,
  })
}

const answer = async (context: Context, userCode: string, approve: boolean): Promise<void> => {
  const headgate: Headgate = await context.headgate()
  await headgate.call('answerDevice', { userCode, body: { approve } })
}

export const approve: Run = async (context, [code]) => {
  await answer(context, code!, true)
  context.note(`Let in: ${code}`)
}

export const refuse: Run = async (context, [code]) => {
  await answer(context, code!, false)
  context.note(`Refused: ${code}`)
}
