import type { Input } from '../api/operation.ts'
import type * as api from '../api/uploaded-datasets.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { ownObject } from './own-scope.ts'
import { noSuchObject } from './show-object.ts'

type Asked = Input<typeof api.createDataset>

/**
 * Keeps the bytes of the request, or a copy of the caller's object, under a key. Fault invalid-request where there are both
 * or neither.
 */
export async function keepUpload(
  { catalog, objects }: World<{ catalog: 'read'; objects: 'take' }>,
  input: Asked,
  key: string,
): Promise<void> {
  const bytes = input.writing.bytes[Symbol.asyncIterator]()
  const first = await firstOf(bytes)
  const { object } = input
  if ((object === undefined) === (first === undefined))
    throw new Fault('invalid-request', 'A dataset is made of the body of the request or of one object of yours.', {
      hint: 'Send the file as the body, or name one that you have put: `?object=user/orders.csv`.',
      errors: [{ pointer: '/body', detail: object === undefined ? 'is empty' : 'is there, and so is `object`' }],
    })
  if (object === undefined) {
    await objects.put(key, rest(first!, bytes))
    return
  }
  const own = await ownObject(catalog, object, input)
  await objects.copy(own.key, key).catch((thrown) => {
    throw isFault(thrown, 'not-found') ? noSuchObject(own, thrown) : thrown
  })
}

/** The first bytes; undefined where there are none. Whoever does not want the rest need not read it. */
async function firstOf(bytes: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  for (let next = await bytes.next(); !next.done; next = await bytes.next())
    if (next.value.byteLength > 0) return next.value
  return undefined
}

async function* rest(first: Uint8Array, bytes: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value
}

/** What the file is called, by which its format is known; without a name, what `parse` says it is. */
export function uploadName({ file, object, parse }: Pick<Asked, 'file' | 'object' | 'parse'>): string {
  const name = file ?? object?.slice(object.lastIndexOf('/') + 1)
  if (name !== undefined && name !== '') return name
  if (parse !== undefined && parse !== 'auto' && parse !== 'none') return `file.${parse}`
  throw new Fault('invalid-request', 'Nothing tells what the file is.', {
    hint: 'Name it (`?file=orders.csv`), or say how it is read (`?parse=csv`).',
    errors: [{ pointer: '/query/file', detail: 'is missing, and so is `parse`' }],
  })
}
