import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import { ended, throwIfEnded } from '../files/ended.ts'
import type { OpenAt } from '../kind.ts'
import type { Credential } from '../web/auth.ts'
import { signIn } from '../web/sign-in.ts'
import { type Arguments, type BuiltRequest, buildRequest } from './build-request.ts'
import type { Config } from './config.ts'
import { type LoadedSpec, loadSpec } from './load-spec.ts'
import type { Operation } from './operations.ts'
import { sender } from './send.ts'
import { baseOf } from './servers.ts'

/** An API behind its document, for one connection. */
export interface Api {
  /** The document, read once. */
  spec(): Promise<LoadedSpec>
  /** Fault not-found. */
  find(loaded: LoadedSpec, id: string): Operation
  /** Sends an operation's request; `url` asks for another page of it. Gives an answer of 200 to 299. */
  ask(loaded: LoadedSpec, operation: Operation, given: Arguments, url?: string): Promise<Response>
  /** Aborted: what is read of an answer ends with the fault that says so. */
  readonly signal: AbortSignal
  /** The text without the credential in it. */
  mask(text: string): string
}

export function openApi(at: OpenAt<Config, Credential>): Api {
  const { config, egress, signal } = at
  const session = signIn(at)
  const send = sender({ egress, signal }, session)
  /** The credential goes to the API alone: to the document's server too where that is the same. */
  const isOfApi = (url: URL): boolean => {
    const api = config.baseUrl ?? config.origin
    return api === undefined || new URL(api).origin === url.origin
  }
  const askSpec = (url: URL): Promise<Response> => {
    const headers = new Headers({ accept: 'application/json, application/yaml, */*;q=0.5' })
    return send({ url, method: 'GET', headers, body: undefined }, 'The OpenAPI document', !isOfApi(url))
  }
  let loading: Promise<LoadedSpec> | undefined
  const wanted = async <T>(run: () => Promise<T>): Promise<T> => {
    throwIfEnded(signal)
    try {
      return await run()
    } catch (thrown) {
      throw signal.aborted ? ended(signal) : thrown
    }
  }
  return {
    spec() {
      loading ??= wanted(() => loadSpec(config, askSpec)).catch((thrown: unknown) => {
        loading = undefined
        throw thrown
      })
      return loading
    },
    find({ spec }, id) {
      const found = spec.operations.get(id)
      if (found) return found
      const near = nearest(id, [...spec.operations.keys()])
      throw new Fault('not-found', `There is no operation ${JSON.stringify(id.slice(0, 200))}.`, {
        hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'List the operations of the source to see them.',
      })
    },
    ask: ({ spec, place }, operation, given, url) =>
      wanted(() => {
        const request = buildRequest(spec, operation, baseOf(config, operation, place), given)
        return send(url === undefined ? request : pageRequest(request, url), operation.id)
      }),
    signal,
    mask: session.mask,
  }
}

/** The same request at the URL of another page, which is of the same origin. */
const pageRequest = (request: BuiltRequest, url: string): BuiltRequest => ({ ...request, url: new URL(url) })
