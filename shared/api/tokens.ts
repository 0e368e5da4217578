import * as z from 'zod'
import { Scope } from '../domain/caller.ts'
import { Name } from '../domain/connector.ts'
import { TokenInfo } from '../domain/token.ts'
import { operation, page, paging } from './operation.ts'

const Token = TokenInfo.omit({ hash: true })
  .extend({ lastUsed: z.string().nullable().meta({ description: 'Good to the hour; null: never.' }) })
  .meta({ id: 'Token' })

const member = z.string().min(1).max(128).optional().meta({ description: 'Another member: for administrators.' })

export const listTokens = operation({
  method: 'GET',
  path: '/v1/tokens',
  tag: 'Identity',
  summary: 'List your tokens; the tokens themselves are not shown',
  role: 'viewer',
  needs: { catalog: 'read' },
  query: z.strictObject({ ...paging, member }),
  reply: page(Token),
  faults: [],
})

export const createToken = operation({
  method: 'POST',
  path: '/v1/tokens',
  tag: 'Identity',
  summary: 'Make a token; it is shown this once',
  role: 'viewer',
  scope: 'admin',
  needs: { catalog: 'write' },
  body: z.strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .meta({ examples: ['nightly job'] }),
    scopes: z.array(Scope).min(1).max(4).optional().meta({ description: 'Those of the caller, if not given.' }),
    connectors: z.array(Name).max(100).optional().meta({ description: 'The only ones that it opens.' }),
    days: z.int().min(1).max(365).default(90),
    member,
  }),
  status: 201,
  reply: Token.extend({ token: z.string().meta({ description: 'Keep it: it is not shown again.' }) }).meta({
    id: 'NewToken',
  }),
  faults: ['not-found'],
})

export const deleteToken = operation({
  method: 'DELETE',
  path: '/v1/tokens/{id}',
  tag: 'Identity',
  summary: 'Revoke a token; within a minute it lets nobody in',
  role: 'viewer',
  scope: 'admin',
  needs: { catalog: 'write' },
  params: z.strictObject({ id: z.string().min(1).max(63) }),
  query: z.strictObject({ member }),
  status: 204,
  reply: z.undefined(),
  faults: ['not-found'],
})
