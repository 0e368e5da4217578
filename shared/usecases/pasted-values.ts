import { Fault } from '../domain/faults.ts'
import { type Pasted, type PastedUrl, readPastedUrl } from '../domain/pasted-url.ts'
import type { KindInfo, Kinds } from '../ports/sources.ts'

/** What somebody typed or pasted of a connector. */
export interface GivenValues {
  readonly kind?: string | undefined
  readonly url?: string | undefined
  readonly config?: Readonly<Record<string, unknown>> | undefined
  readonly credential?: Readonly<Record<string, unknown>> | undefined
}

export interface TidyValues {
  readonly kind: KindInfo
  /** Absent where nothing was given of it. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly credential?: Readonly<Record<string, unknown>>
  /** What was done to what was pasted, in sentences; none of them holds a secret. */
  readonly notes: readonly string[]
}

/** What a URL says of a connector, of the kind that is named or else the one whose URL it is. Fault invalid-request. */
export async function takeUrlApart(
  kinds: Kinds,
  text: string,
  name?: string,
): Promise<Pasted & { readonly kind: KindInfo }> {
  const url = readPastedUrl(text)
  const kind = name === undefined ? await kindOf(kinds, url) : kinds.get(name)
  const form = await kind.url?.()
  if (form === undefined || form.takes(url) === 'not') throw otherUrl(kinds, kind)
  return { kind, ...withoutGaps(form.read(url)) }
}

/**
 * The values of a connector with a pasted URL taken apart, be it `url` itself or the text of a field, and a host freed of
 * what is no part of it. What was given by name wins over what a URL says. Faults: invalid-request.
 */
export async function tidyValues(kinds: Kinds, given: GivenValues): Promise<TidyValues> {
  const pasted = given.url === undefined ? undefined : await takeUrlApart(kinds, given.url, given.kind)
  if (pasted === undefined && given.kind === undefined) throw missing('kind')
  const kind = pasted?.kind ?? kinds.get(given.kind!)
  const { config, credential, notes } = await readFields(kind, given.config)
  return {
    kind,
    notes: [...(pasted?.notes ?? []), ...notes],
    ...((pasted ?? config) && { config: { ...pasted?.config, ...config } }),
    ...together(pasted?.credential, credential, given.credential),
  }
}

/** The credential of all that was given, the later the stronger; absent where nothing was. */
function together(...parts: readonly (Readonly<Record<string, unknown>> | undefined)[]) {
  const [fromUrl = {}, fromField = {}, named] = parts
  const all = { ...fromUrl, ...fromField, ...named }
  return named === undefined && Object.keys(all).length === 0 ? {} : { credential: all }
}

/** A config whose fields hold no more than they should, and what else was in them. */
async function readFields(
  kind: KindInfo,
  config: GivenValues['config'],
): Promise<Omit<Pasted, 'config'> & Pick<GivenValues, 'config'>> {
  const nothing = { credential: {}, notes: [] }
  const form = config && (await kind.url?.())
  const text = form && config[form.field]
  if (form === undefined || config === undefined || typeof text !== 'string') return { config, ...nothing }
  const { field } = form
  const { [field]: _, ...others } = config
  if (!form.isPasted(text)) {
    const [, host, port] = (field === 'host' && /^\s*([^\s/@?#,:]+):(\d{1,5})\/?\s*$/.exec(text)) || []
    if (host === undefined || ('port' in config && config.port !== Number(port))) return { config, ...nothing }
    return {
      config: { ...others, host, port: Number(port) },
      credential: {},
      notes: ['The port behind the host was taken for the port.'],
    }
  }
  const url = readPastedUrl(text)
  if (form.takes(url) !== 'not') {
    const pasted = withoutGaps(form.read(url))
    const note = `The URL in the field ${field} was taken apart.`
    return { ...pasted, config: { ...pasted.config, ...others }, notes: [note, ...pasted.notes] }
  }
  if (field !== 'host' || url.host === '') return { config, ...nothing }
  const left = url.user === undefined && url.password === undefined ? '' : ' and the login in it'
  return {
    config: { ...others, host: url.host, ...(url.port !== undefined && !('port' in config) && { port: url.port }) },
    credential: {},
    notes: [`${url.scheme}:// before the host${left} was left out.`],
  }
}

/** The kind whose URL it surely is, or the first that it may be of. */
async function kindOf(kinds: Kinds, url: PastedUrl): Promise<KindInfo> {
  const all = await Promise.all(kinds.list().map(async (kind) => ({ kind, takes: (await kind.url?.())?.takes(url) })))
  const found = all.find(({ takes }) => takes === 'surely') ?? all.find(({ takes }) => takes === 'perhaps')
  if (found) return found.kind
  throw new Fault('invalid-request', 'No kind of connector has URLs with that scheme.', {
    hint: 'Such as postgresql://, mysql://, s3://, sftp://, ftp:// and https:// are known.',
    errors: [{ pointer: '/body/url', detail: 'has a scheme that is not known' }],
  })
}

const otherUrl = (kinds: Kinds, { kind, title }: KindInfo): Fault =>
  new Fault('invalid-request', `That is no URL of the kind ${kind} (${title}).`, {
    hint: `Leave the kind out to have it told by the URL. Kinds with URLs: ${kinds
      .list()
      .filter(({ url }) => url)
      .map(({ kind }) => kind)
      .join(', ')}.`,
    errors: [{ pointer: '/body/url', detail: 'is of another kind' }],
  })

const missing = (field: string): Fault =>
  new Fault('invalid-request', `/body/${field}: is missing`, {
    hint: 'Give the kind, or a URL that tells it.',
    errors: [{ pointer: `/body/${field}`, detail: 'is missing' }],
  })

const withoutGaps = ({ config, credential, notes }: Pasted): Pasted => ({
  config,
  credential: Object.fromEntries(Object.entries(credential).filter(([, value]) => value !== undefined)),
  notes,
})
