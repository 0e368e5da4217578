import { connect as connectTls } from 'node:tls'
import type { Client, FTPContext } from 'basic-ftp'
import { Fault } from '../../domain/faults.ts'
import { throwIfEnded, whileWanted } from '../files/ended.ts'
import { patiently } from '../files/patience.ts'
import type { OpenAt } from '../kind.ts'
import { type Config, type Credential, portOf } from './config.ts'
import { replyOf, toFault } from './refusals.ts'
import { handshake, tlsOptions } from './tls.ts'

export type At = OpenAt<Config, Credential>

/** A control connection, and the folder that keys begin in: an absolute path without a `/` at its end. */
export interface Session {
  readonly client: Client
  readonly root: string
}

/** How long the server may say nothing. */
const patienceMs = 30_000
const mostListingBytes = 40 * 1024 * 1024

/** A client that is connected, its welcome read and TLS begun where the mode is implicit. */
export async function dial(at: At): Promise<Client> {
  const { Client } = await import('basic-ftp')
  const { config, egress, signal } = at
  const plain = await whileWanted(signal, egress.connect(config.host, portOf(config), signal))
  const client = new Client(patienceMs, { allowSeparateTransferHost: false, maxListingBytes: mostListingBytes })
  const { remoteAddress } = plain
  client.prepareTransfer = (ftp) => prepareTransfer(ftp, at, remoteAddress)
  client.ftp.socket = plain
  try {
    if (config.tls === 'implicit') await beginTls(client, at)
    await ask(client, at, () => welcome(client))
    return client
  } catch (thrown) {
    client.close()
    throw thrown
  }
}

/** Begins explicit TLS. A server that does not do it is refused: nothing is sent to it in the clear. */
export async function secure(client: Client, at: At): Promise<void> {
  if (at.config.tls !== 'explicit') return
  await ask(client, at, () => client.send('AUTH TLS'))
  await beginTls(client, at)
}

const beginTls = (client: Client, at: At): Promise<void> =>
  ask(client, at, async () => {
    const options = tlsOptions(at.config)
    client.ftp.socket = await handshake(client.ftp.socket, options, { signal: at.signal, ms: patienceMs })
    client.ftp.tlsOptions = options
  })

/** RFC 959: 220, after any number of 120 where the server needs time. */
const welcome = (client: Client): Promise<unknown> =>
  client.ftp.handle(undefined, (reply, task) => {
    if (reply instanceof Error) task.reject(reply)
    else if (reply.code === 220) task.resolve(reply)
    else if (reply.code !== 120) task.reject(new Error('No welcome.'))
  })

/** Logs in and finds the root. */
export const login = (client: Client, at: At): Promise<Session> =>
  ask(client, at, async () => {
    await client.sendIgnoringError('OPTS UTF8 ON')
    await client.login(at.config.user, at.credential.reveal().password)
    await client.useDefaultSettings()
    const home = at.config.root?.startsWith('/') ? '' : (await client.pwd()).replace(/\/$/, '')
    const below = (at.config.root ?? '').replace(/^\/|\/$/g, '')
    return { client, root: below === '' ? home : `${home}/${below}` }
  })

/** One exchange with the server. Faults: those of `toFault`; cancelled. */
export async function ask<T>(client: Client, { signal }: Pick<At, 'signal'>, run: () => Promise<T>): Promise<T> {
  try {
    return await patiently(run(), { signal, ms: 2 * patienceMs, giveUp: () => client.close() })
  } catch (thrown) {
    throwIfEnded(signal)
    throw toFault(thrown)
  }
}

/** A data connection: dialled through the guarded door, and to the server that the control connection goes to only. */
async function prepareTransfer(ftp: FTPContext, at: At, address: string | undefined) {
  const { port, reply } = await passivePort(ftp, address)
  const socket = await connectData(at, port, address)
  ftp.dataSocket = ftp.hasTLS
    ? connectTls({
        ...tlsOptions(at.config),
        socket,
        // Servers ask for the session of the control connection, so that nobody else can fetch the data.
        session: ftp.tlsSessionStore ?? (ftp.socket as import('node:tls').TLSSocket).getSession(),
      }).on('session', (session) => {
        ftp.tlsSessionStore = session
      })
    : socket
  return reply
}

async function passivePort(ftp: FTPContext, address: string | undefined) {
  try {
    const reply = await ftp.request('EPSV')
    const port = Number(/\(([!-~])\1\1(\d{1,5})\1\)/.exec(reply.message)?.[2])
    if (port >= 1 && port <= 65_535) return { port, reply }
    throw badPassive()
  } catch (thrown) {
    if (replyOf(thrown) === undefined) throw thrown
  }
  const reply = await ftp.request('PASV')
  const numbers = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/
    .exec(reply.message)
    ?.slice(1)
    .map(Number)
  if (!numbers || numbers.some((number) => number > 255)) throw badPassive()
  if (numbers.slice(0, 4).join('.') !== address?.replace(/^::ffff:/i, ''))
    throw new Fault('source-failed', 'The server wants to send its data from another host.', {
      hint: 'Have EPSV allowed at the server, or its passive address set to the one that is dialled.',
    })
  return { port: numbers[4]! * 256 + numbers[5]!, reply }
}

/** By name, so that what allows the host allows its data connections; a name of several addresses could miss the one. */
async function connectData({ config, egress, signal }: At, port: number, address: string | undefined) {
  const answers = await egress.resolve(config.host, port, signal)
  if (answers.length === 1) return egress.connect(config.host, port, signal)
  const same = answers.find((answer) => answer.address === address?.replace(/^::ffff:/i, ''))
  if (same) return egress.connect(same.address, port, signal)
  throw new Fault('source-changed', 'The host name leads to another server by now.', { hint: 'Try again.' })
}

const badPassive = (): Fault =>
  new Fault('source-failed', 'The server names no port for its data.', { hint: 'Check its passive mode.' })
