import { childRunner } from '../../shared/connectors/custom/child-runner.ts'
import { type CodeInterface, codeInterfaces } from '../../shared/connectors/custom/config.ts'
import { customKind } from '../../shared/connectors/custom/kind.ts'
import type { Connection } from '../../shared/connectors/kind.ts'
import type { Schema } from '../../shared/domain/batch.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { Secret } from '../../shared/domain/secret.ts'

export interface ConnectionToCheck {
  /** The folder of connections. */
  readonly folder: string
  readonly name: string
  /** The first that the code has the read function of, where it is left out. */
  readonly codeInterface?: CodeInterface | undefined
  /** The whole credential: a text for `context`, and secrets of the environment. */
  readonly credential: Readonly<Record<string, string>>
  /** What a datasource would select: `config`, `parse`, `schema`. */
  readonly selection: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
}

/** One thing that was looked at. `detail` is a sentence, with file and line where the code is wrong. */
export interface Finding {
  readonly ok: boolean
  readonly what: string
  readonly detail: string
  readonly hint: string | null
}

/**
 * Runs a connection as a source would, and says what is wrong with it: loads it, makes its context, lists twice, reads
 * one object, and reads that as a snapshot does. Ends at the first thing that is wrong. Fault not-found.
 */
export async function* checkConnection(at: ConnectionToCheck): AsyncGenerator<Finding> {
  const codeInterface = at.codeInterface ?? (await interfaceOf(at))
  const connection = await open(at, codeInterface)
  try {
    const { stages, warnings } = await connection.check()
    for (const { ok, name, detail, hint } of stages) yield { ok, what: name, detail, hint }
    for (const detail of warnings) yield { ok: true, what: 'printed', detail, hint: null }
    if (stages.some(({ ok }) => !ok)) return
    yield await tell('fingerprints', () => sameTwice(at, codeInterface))
    yield await tell('rows', () => firstRows(connection, at.selection))
  } finally {
    await connection.close()
  }
}

const open = (
  { folder, name, credential, signal }: ConnectionToCheck,
  codeInterface: CodeInterface,
): Promise<Connection<'objects'>> => {
  const kind = customKind(async () => childRunner(folder))
  const config = kind.config.parse({ connection: name, codeInterface, fingerprintStrategy: 'content' })
  // Own code opens its own sockets.
  const egress = undefined as never
  return kind.open({ config, credential: new Secret(kind.credential.parse(credential)), egress, signal })
}

/** The first interface whose read function the code has; the first of all where what is wrong is something else. */
async function interfaceOf({ folder, name, signal }: ConnectionToCheck): Promise<CodeInterface> {
  const variables = { env: {}, orgSecrets: {} }
  for (const codeInterface of codeInterfaces) {
    try {
      const at = { connection: name, codeInterface, timeoutMs: 60_000, variables, secrets: [], signal }
      const session = await childRunner(folder).start(at)
      session.end()
      return codeInterface
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code === 'not-found') throw thrown
      if (!/there is no (exported )?function read/.test(thrown.detail)) return codeInterface
    }
  }
  return codeInterfaces[0]
}

/** Whether what has not changed is listed as not changed. */
async function sameTwice(at: ConnectionToCheck, codeInterface: CodeInterface): Promise<string> {
  const lists = []
  for (const _ of [1, 2]) {
    const connection = await open(at, codeInterface)
    try {
      lists.push((await connection.objects.list({ prefix: '', limit: 1000 })).items)
    } finally {
      await connection.close()
    }
  }
  const [first = [], second = []] = lists
  const changed = first.find(({ key, etag }) => second.find((other) => other.key === key)?.etag !== etag)
  if (!changed) return 'Listed twice, the objects and their fingerprints are the same.'
  throw new Fault('source-changed', `${JSON.stringify(changed.key)} has another fingerprint each time it is listed.`, {
    hint: 'A fingerprint must change with the content alone, or every snapshot copies everything.',
  })
}

/** Reads the first object as a snapshot would. */
async function firstRows(connection: Connection<'objects'>, given: ConnectionToCheck['selection']): Promise<string> {
  const selection = customKind(async () => childRunner('')).selection.parse(given)
  const [first] = await connection.plan(selection)
  const extract = await connection.extract(selection, first)
  if (extract.shape === 'files') {
    for await (const { path } of extract.files) return `${JSON.stringify(path)} would be copied as it is.`
    return 'There is no object to copy.'
  }
  for await (const { rows } of extract.batches)
    if (rows > 0) return `The first ${rows} rows have the columns ${columnsOf(extract.schema)}.`
  return `There are no rows; the columns are ${columnsOf(extract.schema)}.`
}

const columnsOf = (schema: Schema): string =>
  schema
    .slice(0, 20)
    .map(({ name, type }) => `${name} (${type.is})`)
    .join(', ')

async function tell(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { ok: true, what, detail: await look(), hint: null }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return { ok: false, what, detail: thrown.detail, hint: thrown.hint ?? null }
  }
}
