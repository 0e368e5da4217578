import { Fault } from '../../domain/faults.ts'
import { Secret } from '../../domain/secret.ts'
import { fileExtraction } from '../files/extraction.ts'
import type { FileSelection } from '../files/selection.ts'
import type { Connection, OpenAt } from '../kind.ts'
import { signIn } from '../web/sign-in.ts'
import { ownKey } from './address.ts'
import type { At } from './ask.ts'
import { checkHttp } from './check.ts'
import type { Config, Credential, Selection } from './config.ts'
import { httpObjects } from './objects.ts'

/** A connection of the kind: nothing stays open between requests. */
export async function openHttp(opened: OpenAt<Config, Credential>): Promise<Connection<'objects', Selection>> {
  const at: At = { ...opened, signIn: signIn({ ...opened, credential: inBytes(opened) }) }
  const objects = httpObjects(at)
  const { plan, planObjects, extract, fingerprint } = fileExtraction(objects)
  const own = ownKey(at.config)
  const asFile = ({ path = own, ...options }: Selection): FileSelection => {
    if (path !== undefined) return { path, ...options }
    throw new Fault('invalid-request', 'The URL stands for many files: the selection must name one.', {
      hint: 'Set path.',
    })
  }
  return {
    objects,
    check: () => checkHttp(at),
    plan: async (selection) => plan(asFile(selection)),
    planObjects: async (selection, known) => planObjects(asFile(selection), known),
    extract: async (selection, partition) => extract(asFile(selection), partition),
    fingerprint: async (selection) => fingerprint(asFile(selection)),
    close: async () => {},
  }
}

/** Headers carry bytes: those of UTF-8 here. */
function inBytes({ config: { auth }, credential }: OpenAt<Config, Credential>): Secret<Credential> {
  const { token, apiKey, ...rest } = credential.reveal()
  const bytes = (text: string) => Buffer.from(text).toString('latin1')
  const isHeader = auth.type === 'apiKey' && auth.in === 'header'
  return new Secret({
    ...rest,
    ...(token !== undefined && { token: bytes(token) }),
    ...(apiKey !== undefined && { apiKey: isHeader ? bytes(apiKey) : apiKey }),
  })
}
