import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { takeUrlApart } from './pasted-values.ts'

export const readUrl: UseCase<typeof api.readUrl> = async ({ sources }, { body }) => {
  const { kind, config, credential, notes } = await takeUrlApart(sources, body.url, body.kind)
  return { body: { kind: kind.kind, config: { ...config }, credential: Object.keys(credential), notes: [...notes] } }
}
