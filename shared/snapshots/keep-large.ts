import type { World } from '../ports/index.ts'

/** Bytes of JSON that go into a record; what is larger is an object of its own. */
const recordBytes = 200_000

/** Where a value is that was too long for a record. */
export interface Elsewhere {
  readonly key: string
}

/** What a record holds of a value: the value itself, or where it is. Of several tries each needs a key of its own. */
export async function keepLarge<T extends object>(
  { objects }: World<{ objects: 'write' }>,
  key: string,
  value: T,
): Promise<T | Elsewhere> {
  const json = JSON.stringify(value)
  if (json.length <= recordBytes) return value
  await objects.put(key, Buffer.from(json), { contentType: 'application/json' })
  return { key }
}

/** The value of which a record holds that. */
export async function readLarge<T extends object>(
  { objects }: World<{ objects: 'read' }>,
  kept: T | Elsewhere,
): Promise<T> {
  if (!('key' in kept)) return kept
  const chunks: Uint8Array[] = []
  for await (const chunk of await objects.get(kept.key)) chunks.push(Uint8Array.from(chunk))
  return JSON.parse(Buffer.concat(chunks).toString()) as T
}
