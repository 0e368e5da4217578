import type { Check, StageName } from '../../domain/check.ts'
import { Fault } from '../../domain/faults.ts'
import { type TakeStage, takeStages } from '../files/stages.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../web/auth.ts'
import type { Api } from './api.ts'
import type { Config } from './config.ts'
import { listShapeOf } from './list-shape.ts'
import type { LoadedSpec } from './load-spec.ts'
import { statusOf } from './send.ts'
import { baseOfSpec } from './servers.ts'

type At = OpenAt<Config, Credential>

/** The stages of a check: the server, the document, then a list that the document offers without arguments. */
export const checkApi = (api: Api, at: At): Promise<Check> =>
  takeStages(async (take) => {
    const { config } = at
    const specUrl = config.specUrl === undefined ? undefined : new URL(config.specUrl)
    if (specUrl) await reach(take, at, specUrl)
    const { loaded, base } = await takeAsFound(
      take,
      'sample',
      async () => {
        const loaded = await api.spec()
        return { loaded, base: baseOfSpec(config, loaded.spec, loaded.place) }
      },
      ({ loaded }) => `The document has ${loaded.spec.operations.size} operations.`,
    )
    if (base.origin !== specUrl?.origin) await reach(take, at, base)
    const warnings = await probe(take, api, loaded, config)
    if (base.protocol === 'http:' && config.auth.type !== 'none')
      warnings.push('The credential and the data are sent unencrypted: use https.')
    return warnings
  })

async function reach(take: TakeStage, { egress, signal }: At, url: URL): Promise<void> {
  const isTls = url.protocol === 'https:'
  const port = Number(url.port || (isTls ? 443 : 80))
  await take(
    'resolve',
    () => egress.resolve(url.hostname, port, signal),
    (addresses) => `${url.hostname} is ${addresses.map(({ address }) => address).join(', ')}.`,
  )
  await take(
    'connect',
    async () => (await egress.connect(url.hostname, port, signal)).destroy(),
    () => `Port ${port} answers.`,
  )
  if (!isTls) return
  await take(
    'tls',
    async () => (await egress.fetch(url, { method: 'HEAD', signal })).body?.cancel(),
    () => `The certificate is valid for ${url.hostname}.`,
  )
}

/** Calls the first list that needs no argument. What it answers besides a refusal is no fault of the connector. */
async function probe(take: TakeStage, api: Api, loaded: LoadedSpec, { auth }: Config): Promise<string[]> {
  const { spec } = loaded
  const operation = [...spec.operations.values()].find((one) => !one.deprecated && listShapeOf(spec, one))
  if (!operation)
    return auth.type === 'none' ? [] : ['No operation could be tried without arguments: the credential is not proven.']
  const warnings: string[] = []
  await takeAsFound(
    take,
    'sample',
    async () => {
      try {
        const response = await api.ask(loaded, operation, { parameters: {} })
        await response.body?.cancel()
        return response.status
      } catch (thrown) {
        const status = statusOf(thrown)
        if (status === undefined || isRefused(thrown)) throw thrown
        warnings.push(`${operation.id}, tried without arguments, answered ${status}.`)
        return status
      }
    },
    (status) => `${operation.id} answered ${status}.`,
  )
  return warnings
}

const isRefused = (thrown: unknown): boolean => thrown instanceof Fault && thrown.code === 'source-refused'

/** A stage that is told as the login where it was refused. */
async function takeAsFound<T>(
  take: TakeStage,
  name: StageName,
  run: () => Promise<T>,
  tell: (found: T) => string,
): Promise<T> {
  try {
    const found = await run()
    return await take(name, async () => found, tell)
  } catch (thrown) {
    return take(isRefused(thrown) ? 'login' : name, () => Promise.reject(thrown), tell)
  }
}
