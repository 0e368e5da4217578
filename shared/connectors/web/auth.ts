import * as z from 'zod'

/** Where a user has us send requests to. */
export const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'must be a http or https URL' })
  .max(2048)
  .refine((text) => !/^\w+:\/\/[^/?#]*@/.test(text), 'must hold no user name and no password: give the credential')

const headerName = /^[\w!#$%&'*+.^`|~-]+$/

/** How a connector signs in to what speaks HTTP. */
export const Auth = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }).meta({ title: 'None' }),
    z
      .strictObject({
        type: z.literal('apiKey'),
        in: z.enum(['header', 'query', 'cookie']).default('header').meta({ title: 'Sent in' }),
        name: z
          .string()
          .min(1)
          .max(200)
          .regex(headerName, 'must be a name as HTTP headers have')
          .meta({ title: 'Name', examples: ['X-API-Key'] }),
      })
      .meta({ title: 'API key' }),
    z.strictObject({ type: z.literal('basic') }).meta({ title: 'User and password' }),
    z.strictObject({ type: z.literal('bearer') }).meta({ title: 'Bearer token' }),
    z
      .strictObject({
        type: z.literal('oauth2'),
        tokenUrl: HttpUrl.meta({ title: 'Token URL' }),
        scopes: z.array(z.string().min(1).max(300)).max(100).optional().meta({ title: 'Scopes' }),
        clientAuth: z
          .enum(['header', 'body'])
          .default('header')
          .meta({ title: 'Client sent in', description: 'How the token URL takes the id and the secret.' }),
      })
      .meta({ title: 'OAuth 2 client credentials' }),
  ])
  .default({ type: 'none' })
  .meta({ title: 'Sign in' })
export type Auth = z.output<typeof Auth>

const secret = (title: string) => z.string().min(1).max(20_000).optional().meta({ title, format: 'password' })

/** What `auth` asks for; the rest may stay away. */
export const Credential = z.strictObject({
  apiKey: secret('API key'),
  username: z.string().max(1000).optional().meta({ title: 'User' }),
  password: secret('Password'),
  token: secret('Token'),
  clientId: z.string().max(1000).optional().meta({ title: 'Client id' }),
  clientSecret: secret('Client secret'),
})
export type Credential = z.output<typeof Credential>
