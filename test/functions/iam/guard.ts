import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type AwsRequest, callsOf, type Names } from './calls.ts'
import { type Call, decide, isAllowed, type Statement } from './policy.ts'

/** Who asks: a function's role or a session of it, with the statements of the template. */
export interface Principal {
  readonly name: string
  readonly statements: readonly Statement[]
  /** `aws:PrincipalTag/…`. */
  readonly tags: Readonly<Record<string, string>>
}

/** A role that can be taken. */
export interface Takeable {
  readonly name: string
  readonly statements: readonly Statement[]
  /** By whom, and under which conditions. */
  readonly trusts: string
  readonly trust: readonly Statement[]
}

export interface Seen {
  readonly principal: string
  readonly call: Call
  /** The statement that allowed it; undefined where it was refused. */
  readonly by: Statement | undefined
}

export interface GuardOptions {
  readonly names: Names
  /** By the access key id that it signs with. */
  principal(accessKeyId: string): Principal | undefined
  role(arn: string): Takeable | undefined
}

/**
 * IAM before emulators that have none: every request to AWS is answered only if the statements of the template let who
 * signed it ask for it, conditions included, and is remembered.
 */
export async function startGuard({ names, principal, role }: GuardOptions) {
  const seen: Seen[] = []
  const sessions = new Map<string, Principal>()
  const servers: Server[] = []
  const whoIs = (id: string) => sessions.get(id) ?? principal(id)

  /** Undefined where all is allowed, else the first action that is not. */
  function judge(who: Principal, calls: readonly Call[]): Call | undefined {
    const tags = Object.fromEntries(
      Object.entries(who.tags).map(([name, value]) => [`aws:PrincipalTag/${name}`, value]),
    )
    for (const call of calls) {
      const by = decide(who.statements, { ...call, context: { ...call.context, ...tags } })
      seen.push({ principal: who.name, call, by: by?.Effect === 'Allow' ? by : undefined })
      if (by?.Effect !== 'Allow') return call
    }
    return undefined
  }

  function assume(who: Principal, calls: readonly Call[], response: ServerResponse): void {
    const [{ resource, context }] = calls as [Call]
    const found = role(resource)
    const isTrusted =
      found !== undefined &&
      found.trusts === who.name &&
      calls.every((call) => isAllowed(found.trust, { ...call, resource: '*' }))
    if (!isTrusted) {
      refuse(response, 'xml', `${who.name} may not take ${resource}`)
      return
    }
    const id = `ASIA${sessions.size}`
    const tags = Object.fromEntries(
      Object.entries(context).flatMap(([name, value]) =>
        name.startsWith('aws:RequestTag/') ? [[name.slice('aws:RequestTag/'.length), String(value)]] : [],
      ),
    )
    sessions.set(id, { name: found.name, statements: found.statements, tags })
    const credentials = `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>test</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>`
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      )
  }

  async function answer(upstream: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: AwsRequest = {
      method: incoming.method!,
      url: incoming.url!,
      headers: incoming.headers,
      body: await buffer(incoming),
    }
    const who = whoIs(accessKeyOf(asked) ?? '')
    if (who === undefined) return refuse(response, 'xml', 'Nobody signed this')
    const calls = callsOf(asked, names)
    const refused = judge(who, calls)
    const form = asked.headers['x-amz-target'] === undefined ? 'xml' : 'json'
    if (refused) return refuse(response, form, `${who.name} may not ${refused.action} on ${refused.resource}`)
    if (calls[0]!.action === 'sts:AssumeRole') return assume(who, calls, response)
    await forward(upstream, asked, response, (status) => {
      // S3 hides that an object is missing from who may not list the bucket: no prefix is asked for then.
      const bucket = calls[0]!.resource.split('/')[0]!
      const isObject = calls[0]!.action === 's3:GetObject'
      return (
        status === 404 &&
        isObject &&
        !isAllowed(who.statements, { action: 's3:ListBucket', resource: bucket, context: {} })
      )
    })
  }

  return {
    seen,
    /** The address of a guarded emulator. */
    async before(upstream: string): Promise<string> {
      const server = createServer((incoming, response) => {
        answer(upstream, incoming, response).catch((thrown) => {
          seen.push({
            principal: 'unknown',
            call: { action: String(thrown), resource: '', context: {} },
            by: undefined,
          })
          response.destroy()
        })
      })
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    async stop(): Promise<void> {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

const accessKeyOf = ({ headers, url }: AwsRequest): string | undefined =>
  /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ??
  decodeURIComponent(new URL(url, 'http://here').searchParams.get('X-Amz-Credential') ?? '').split('/')[0]

function refuse(response: ServerResponse, form: 'xml' | 'json', why: string): void {
  if (form === 'json')
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ __type: 'AccessDeniedException', message: why }))
  else
    response
      .writeHead(403, { 'content-type': 'application/xml' })
      .end(`<Error><Code>AccessDenied</Code><Message>${why}</Message></Error>`)
}

async function forward(
  upstream: string,
  { method, url, headers, body }: AwsRequest,
  response: ServerResponse,
  isHidden: (status: number) => boolean,
): Promise<void> {
  const { host: _, 'transfer-encoding': __, ...others } = headers
  await new Promise<void>((resolve, reject) => {
    const sent = send(`${upstream}${url}`, { method, headers: { ...others, 'content-length': body.length } }, (got) => {
      if (isHidden(got.statusCode!)) {
        got.resume()
        refuse(response, 'xml', 'Access Denied')
        resolve()
        return
      }
      response.writeHead(got.statusCode!, got.rawHeaders)
      got.pipe(response).on('close', resolve)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
