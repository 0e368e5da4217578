import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/secrets.ts'
import type { SecretRecord, SecretScope } from '../domain/secret-name.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { connectors } from '../ports/records.ts'
import { secretsOf } from '../ports/store-records.ts'
import { readCursor, unknownCursor, writeCursor } from './list-page.ts'
import { secretText } from './own-secrets.ts'

/** The user's own come first, then the organisation's. */
const order = ['user', 'org'] as const

export const listSecrets: UseCase<typeof api.listSecrets> = async ({ catalog }, { caller, scope, limit, cursor }) => {
  const users = await usersOf(catalog)
  const from = cursor === undefined ? undefined : readPlace(cursor)
  const items: (SecretRecord & { usedBy: string[] })[] = []
  for (const each of order.slice(from ? order.indexOf(from.scope) : 0)) {
    if (scope !== undefined && scope !== each) continue
    const after = from?.scope === each ? from.after : undefined
    const { entries } = await catalog.list(secretsOf(each, caller.id), {
      limit: Math.min(1000, limit - items.length + 1),
      ...(after && { after }),
    })
    for (const { value } of entries) {
      if (items.length === limit) return { body: { items, next: writePlace(items.at(-1)!) } }
      items.push({ ...value, usedBy: [...(each === 'org' ? (users.get(secretText(value)) ?? []) : [])] })
    }
    if (items.length === limit && each === 'user' && scope === undefined)
      return { body: { items, next: writeCursor('org:') } }
  }
  return { body: { items, next: null } }
}

/** The connectors by the secrets that their credentials refer to. */
async function usersOf(catalog: CatalogReader): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = new Map<string, string[]>()
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(connectors, { limit: 1000, ...(after !== undefined && { after }) })
    for (const { value } of page.entries)
      for (const reference of value.references ?? [])
        users.set(reference, [...(users.get(reference) ?? []), value.name])
    if (page.next === null) return users
    after = page.next
  }
}

const writePlace = ({ scope, key }: { scope: SecretScope; key: string }) => writeCursor(`${scope}:${key}`)

function readPlace(cursor: string): { readonly scope: SecretScope; readonly after: string } {
  const [, scope, after] = /^(user|org):(.*)$/s.exec(readCursor(cursor)) ?? []
  if (scope === undefined || after === undefined) throw unknownCursor()
  return { scope: scope as SecretScope, after }
}
