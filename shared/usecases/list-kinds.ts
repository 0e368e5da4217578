import * as z from 'zod'
import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'

export const listKinds: UseCase<typeof api.listKinds> = async ({ sources }) => ({
  body: {
    items: sources
      .list()
      .filter(({ isOurs }) => !isOurs)
      .map(({ kind, title, capabilities, config, credential, selection, increments, writing }) => ({
        kind,
        title,
        capabilities: [...capabilities],
        increments: increments ?? null,
        writes: writing?.to ?? null,
        config: schemaOf(config),
        credential: { ...schemaOf(credential), writeOnly: true },
        selection: schemaOf(selection),
      })),
    next: null,
  },
})

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
