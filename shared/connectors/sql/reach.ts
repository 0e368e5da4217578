import type { Socket } from 'node:net'
import type { Egress } from '../kind.ts'
import type { Stages } from './stages.ts'

/** The first stages of a check: the host has addresses, and its port answers. A plain socket, for the stages to come. */
export async function reach(
  stage: Stages['stage'],
  {
    config: { host, port },
    egress,
    signal,
  }: {
    readonly config: { readonly host: string; readonly port: number }
    readonly egress: Egress
    readonly signal: AbortSignal
  },
): Promise<Socket> {
  await stage('resolve', async () => {
    const addresses = await egress.resolve(host, port, signal)
    return [`${host} is ${addresses.map(({ address }) => address).join(', ')}.`, undefined]
  })
  return await stage('connect', async () => {
    const socket = await egress.connect(host, port, signal)
    return [`Port ${port} answers.`, socket.on('error', () => {})]
  })
}
