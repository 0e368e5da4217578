import * as z from 'zod'
import { parseOptions } from '../files/selection.ts'

/** What the code reads an object as. */
export const codeInterfaces = ['bytes', 'rows', 'dataframe'] as const
export type CodeInterface = (typeof codeInterfaces)[number]

export const fingerprintStrategies = ['content', 'manual'] as const

const variableName = /^[A-Z_][A-Z0-9_]{0,126}$/

export const Config = z
  .strictObject({
    connection: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the name of a folder of connections: 1 to 63 of a-z, 0-9 and -')
      .meta({ title: 'Connection', description: 'The folder of the deployment’s `connections` that holds the code.' }),
    codeInterface: z.enum(codeInterfaces).meta({
      title: 'Code interface',
      description: 'What the code reads an object as: read_bytes, read_rows or read_dataframe.',
    }),
    fingerprintStrategy: z.enum(fingerprintStrategies).meta({
      title: 'Fingerprint',
      description:
        'content: any change of the code or the configuration asks for a new snapshot. manual: a new version does.',
    }),
    version: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ title: 'Version', description: 'For the manual fingerprint.' }),
    env: z
      .record(z.string().regex(variableName, 'must be named as environment variables are'), z.string().max(4000))
      .default({})
      .meta({ title: 'Environment', description: 'Variables of the code’s environment. They are shown: no secrets.' }),
    concurrency: z
      .int()
      .min(1)
      .max(16)
      .default(4)
      .meta({ title: 'At once', description: 'How many objects are read at once at most.' }),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(800)
      .default(60)
      .meta({ title: 'Patience', description: 'Seconds for which the code may say nothing.' }),
  })
  .refine(({ fingerprintStrategy, version }) => (fingerprintStrategy === 'manual') === (version !== undefined), {
    path: ['version'],
    message: 'must be given with the manual fingerprint, and only then',
  })
export type Config = z.output<typeof Config>

/**
 * A text for `context`, and beside it secrets for the environment, each under the name of its variable: usually
 * references to secrets of the organisation.
 */
export const Credential = z
  .object({
    text: z.string().max(20_000).default('').meta({
      title: 'Credential',
      description: 'Any text. The code is given it in `context`, and nowhere else.',
      format: 'password',
    }),
  })
  .catchall(z.string().max(20_000))
  .refine((all) => Object.keys(all).every((name) => name === 'text' || variableName.test(name)), {
    message: 'holds `text` and secrets for the environment, named as variables are: A-Z, 0-9 and _',
  })
export type Credential = z.output<typeof Credential>

export const Selection = z.strictObject({
  config: z.record(z.string().min(1), z.unknown()).default({}).meta({
    title: 'Configuration',
    description: 'What `context` is given besides the credential, where it takes it.',
  }),
  ...parseOptions,
  parse: z.enum(['csv', 'tsv', 'ndjson', 'json', 'none']).default('csv').meta({
    title: 'Read as',
    description: 'What the bytes of the interface `bytes` are. none: they are copied as they are.',
  }),
})
export type Selection = z.output<typeof Selection>
