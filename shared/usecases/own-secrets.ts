import { type Caller, isAtLeast } from '../domain/caller.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { Secret } from '../domain/secret.ts'
import type { SecretRecord, SecretScope } from '../domain/secret-name.ts'
import type { World } from '../ports/index.ts'
import { orgSecretId, userSecretId } from '../ports/secrets.ts'
import { secretsOf } from '../ports/store-records.ts'

type Writing = World<{ catalog: 'write'; secrets: 'write' }>

interface Named {
  readonly scope: SecretScope
  readonly key: string
}

/** How a secret is called in one text: `user/KEY`. */
export const secretText = ({ scope, key }: Named): string => `${scope}/${key}`

/** Fault forbidden where one of them is the organisation's and the caller is no administrator. */
export function checkScopes(named: readonly Named[], caller: Caller): void {
  if (named.every(({ scope }) => scope === 'user') || isAtLeast(caller, 'admin')) return
  throw new Fault('forbidden', 'Secrets of the organisation are changed by administrators only.', {
    hint: 'Keep it as your own, with the scope user, or ask an administrator.',
  })
}

/** Keeps a value and its name, whatever was there. The value first: a name without one would be of no use. */
export async function keepSecret(
  { catalog, secrets }: Writing,
  { scope, key, value, mask }: Named & { readonly value: string; readonly mask: boolean },
  caller: Caller,
): Promise<void> {
  await secrets.put(idOf({ scope, key }, caller), new Secret(value))
  const collection = secretsOf(scope, caller.id)
  for (let tries = 1; ; tries++) {
    const before = await catalog.get(collection, key)
    const updated = new Date().toISOString()
    const record: SecretRecord = {
      scope,
      key,
      mask,
      created: before?.value.created ?? updated,
      updated,
      updatedBy: caller.id,
    }
    try {
      await catalog.write([
        before
          ? { replace: collection, id: key, value: record, revision: before.revision }
          : { create: collection, id: key, value: record },
      ])
      return
    } catch (thrown) {
      const isCrossed = ['conflict', 'precondition-failed', 'not-found'] as const
      if (tries === 5 || !isCrossed.some((code) => isFault(thrown, code))) throw thrown
    }
  }
}

/** Deletes a value and its name. What is not there is fine. */
export async function dropSecret({ catalog, secrets }: Writing, named: Named, caller: Caller): Promise<void> {
  await catalog.write([{ delete: secretsOf(named.scope, caller.id), id: named.key }])
  await secrets.delete(idOf(named, caller))
}

const idOf = ({ scope, key }: Named, caller: Caller): string =>
  scope === 'org' ? orgSecretId(key) : userSecretId(caller.id, key)
