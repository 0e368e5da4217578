import * as z from 'zod'
import { parseOptions } from '../files/selection.ts'
import { Auth } from '../web/auth.ts'

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
  auth: Auth,
})
export type Config = z.output<typeof Config>

const text = z
  .string()
  .max(20_000)
  .regex(/^[^\r\n\0]*$/, 'must not hold line ends')
  .optional()
const secret = (title: string) => text.meta({ title, format: 'password' })

/** What `auth` asks for; the rest may stay away. */
export const Credential = z.strictObject({
  username: text.meta({ title: 'User' }),
  password: secret('Password'),
  token: secret('Token'),
  apiKey: secret('API key'),
  clientId: text.meta({ title: 'Client id' }),
  clientSecret: secret('Client secret'),
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
