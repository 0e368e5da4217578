import type { Manifest } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'

/** Whether the parts of a version, one behind the other, are a file of the format. */
export const isWhole = (manifest: Manifest, format: string): boolean =>
  manifest.format === format && manifest.compression === 'none' && (manifest.parts.length === 1 || format === 'ndjson')

/** The bytes of all parts, one behind the other. */
export async function* bytesOfParts(
  { objects }: World<{ objects: 'read' }>,
  { parts }: Pick<Manifest, 'parts'>,
): AsyncGenerator<Uint8Array> {
  for (const { key } of parts) yield* await objects.get(key)
}
