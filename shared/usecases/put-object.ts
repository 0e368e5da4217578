import type * as api from '../api/objects.ts'
import type { UseCase } from '../api/operation.ts'
import { forEachKey } from './clear-objects.ts'
import { isIfAbsent, matched } from './conditions.ts'
import { keepOlder, olderKeys } from './older-versions.ts'
import { ownObject } from './own-scope.ts'
import { showObject } from './show-object.ts'

export const putObject: UseCase<typeof api.putObject> = async ({ catalog, objects }, input) => {
  const object = await ownObject(catalog, input.path, input)
  const ifAbsent = isIfAbsent(input.writing.ifNoneMatch)
  const ifMatch = await matched(objects, object.key, input.ifMatch)
  if (input.keepOlder && !ifAbsent) await keepOlder(objects, object)
  const head = await objects.put(object.key, input.writing.bytes, {
    ifAbsent,
    ...(ifMatch !== undefined && { ifMatch }),
  })
  if (!input.keepOlder) await forEachKey(olderKeys(objects, object), undefined, (key) => objects.delete(key))
  return { body: showObject(object, head), etag: head.etag, location: `/v1/objects/${escaped(object)}` }
}

const escaped = ({ scope, name }: { readonly scope: string; readonly name: string }) =>
  `${scope}/${name}`.split('/').map(encodeURIComponent).join('/')
