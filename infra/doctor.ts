/** One thing that was looked at. */
export interface Finding {
  readonly what: string
  readonly ok: boolean
  /** What was seen, or what to do. */
  readonly detail: string
}

export interface DoctorOptions {
  /** Where the Data App is: `https://d111111abcdef8.cloudfront.net`, `http://127.0.0.1:7420`. */
  readonly url: string
  /** A token of an administrator's; without it, what anyone may see is looked at. */
  readonly token?: string
  readonly ask?: typeof fetch
}

type Look = (
  options: Required<Pick<DoctorOptions, 'url' | 'ask'>> & { readonly token: string | undefined },
) => Promise<string>

/** In the order in which one needs the other. A look throws what is wrong. */
const looks: Readonly<Record<string, Look>> = {
  'the API answers': async ({ url, ask }) => {
    const { status, version } = await json(await ask(`${url}/v1/health`))
    if (status !== 'ok') throw new Error(`/v1/health says ${status}.`)
    return `version ${version}`
  },
  'the Data App is there': async ({ url, ask }) => {
    const response = await ask(`${url}/`)
    if (!response.ok) throw new Error(`${url}/ answers ${response.status}: was the app built and deployed?`)
    return 'it answers'
  },
  'its headers are strict': async ({ url, ask }) => {
    const { headers } = await ask(`${url}/`)
    const csp = headers.get('content-security-policy') ?? ''
    if (!csp.includes("default-src 'none'") || headers.get('x-content-type-options') !== 'nosniff')
      throw new Error('The page lacks its Content-Security-Policy: something in front of it takes headers away.')
    return 'a Content-Security-Policy, nosniff'
  },
  'the app knows how people sign in': async ({ url, ask }) => {
    const { signIn } = await json(await ask(`${url}/app.json`))
    return signIn === null ? 'by a token' : `at ${signIn.authority}`
  },
  'nobody gets in without a token': async ({ url, ask }) => {
    const { status } = await ask(`${url}/v1/me`)
    if (status !== 401) throw new Error(`/v1/me answers ${status} without a token: it should be 401.`)
    return '401'
  },
  'the token is good': async ({ url, ask, token }) => {
    if (token === undefined) return 'none was given: what needs one was not looked at'
    const me = await json(await ask(`${url}/v1/me`, bearer(token)))
    if (me.role !== 'admin') throw new Error(`It is of a ${me.role}: give an administrator's to look at connectors.`)
    return `of ${me.id}, ${me.role}`
  },
  'every connector can be opened': async ({ url, ask, token }) => {
    if (token === undefined) return 'not looked at'
    const { items } = await json(await ask(`${url}/v1/connectors?limit=1000`, bearer(token)))
    const broken: string[] = []
    for (const { name } of items as readonly { readonly name: string }[]) {
      const check = await json(await ask(`${url}/v1/connectors/${name}/checks`, { ...bearer(token), method: 'POST' }))
      if (check.status !== 'VALID_CONNECTION') broken.push(`${name} (${check.status})`)
    }
    if (broken.length > 0) throw new Error(`Not these: ${broken.join(', ')}. Their checks say at which stage.`)
    return `${items.length} of ${items.length}`
  },
}

/** Looks at a deployment from outside, as its users do, and says of each thing whether it is as it should be. */
export async function diagnose({ url, token, ask = fetch }: DoctorOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const [what, look] of Object.entries(looks)) {
    try {
      findings.push({ what, ok: true, detail: await look({ url: url.replace(/\/$/, ''), token, ask }) })
    } catch (thrown) {
      findings.push({ what, ok: false, detail: thrown instanceof Error ? thrown.message : String(thrown) })
    }
  }
  return findings
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

// biome-ignore lint/suspicious/noExplicitAny: whatever a deployment answers is looked at field by field
async function json(response: Response): Promise<any> {
  if (!response.ok) throw new Error(`${new URL(response.url).pathname} answers ${response.status}.`)
  return response.json()
}
