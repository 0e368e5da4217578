import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/tokens.ts'
import { seen, tokensOf } from '../ports/identity-records.ts'
import { listPage } from './list-page.ts'
import { ownerOfTokens } from './owner-of-tokens.ts'

export const listTokens: UseCase<typeof api.listTokens> = async ({ catalog }, input) => {
  const owner = ownerOfTokens(input.caller, input.member)
  const { entries, next } = await listPage(catalog, tokensOf(owner), input)
  const items = await Promise.all(
    entries.map(async ({ value }) => ({
      ...value,
      lastUsed: (await catalog.get(seen, `tokens/${value.id}`))?.value.at ?? null,
    })),
  )
  return { body: { items, next } }
}
