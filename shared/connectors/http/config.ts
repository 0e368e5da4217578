import * as z from 'zod'
import { parseOptions } from '../files/selection.ts'

export const Config = z.strictObject({
  url: z
    .string()
    .trim()
    .max(4000)
    .refine((text) => {
      const url = URL.parse(text.replace('{path}', 'path'))
      return (
        url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === ''
      )
    }, 'must be an http or https URL without a login and a #')
    .meta({
      title: 'URL',
      description:
        'Of one file; or, with / at the end of its path or {path} within, of many that are named by their paths.',
      examples: [
        'https://example.org/data/weather.csv',
        'https://example.org/data/',
        'https://example.org/get?file={path}',
      ],
    }),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }).meta({ title: 'None' }),
      z.strictObject({ type: z.literal('basic') }).meta({ title: 'User and password' }),
      z.strictObject({ type: z.literal('bearer') }).meta({ title: 'Bearer token' }),
      z
        .strictObject({
          type: z.literal('apiKey'),
          in: z.enum(['header', 'query']).default('header').meta({ title: 'Where' }),
          name: z
            .string()
            .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/)
            .meta({ title: 'Name', examples: ['X-API-Key'] }),
        })
        .meta({ title: 'API key' }),
    ])
    .default({ type: 'none' })
    .meta({ title: 'Login' }),
})
export type Config = z.output<typeof Config>

const secret = z
  .string()
  .max(8000)
  .regex(/^[^\r\n\0]*$/, 'must not hold line ends')
  .optional()

export const Credential = z.strictObject({
  username: secret.meta({ title: 'User' }),
  password: secret.meta({ title: 'Password', format: 'password' }),
  token: secret.meta({ title: 'Token', format: 'password' }),
  apiKey: secret.meta({ title: 'API key', format: 'password' }),
})
export type Credential = z.output<typeof Credential>

export const Selection = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .meta({ title: 'File', description: 'Its path below the URL. When absent: the one file of the URL.' }),
  ...parseOptions,
})
export type Selection = z.output<typeof Selection>
