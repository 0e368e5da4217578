import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { jsonSchemaOf } from './json-schema-of.ts'

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
        config: jsonSchemaOf(config),
        credential: { ...jsonSchemaOf(credential), writeOnly: true },
        selection: jsonSchemaOf(selection),
      })),
    next: null,
  },
})
