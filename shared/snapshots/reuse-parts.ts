import type { Part } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { attemptOf } from './keys.ts'

/** A version's record names the attempts whose parts it has: no more than these, so that it stays small. */
const mostAttempts = 100

/**
 * The parts of a version, of no more attempts than a record may name. Where there are more, the parts of the attempts with
 * the fewest bytes are copied to the version's own, half of them at once, so that it comes about seldom.
 */
export async function boundReuse(
  { objects }: World<{ objects: 'write' }>,
  prefix: string,
  parts: readonly Part[],
  most = mostAttempts,
): Promise<{ readonly moved: readonly Part[]; readonly shared: boolean }> {
  const bytes = new Map<string, number>()
  for (const part of parts) {
    const from = prefixOfPart(part)
    if (from !== prefix) bytes.set(from, (bytes.get(from) ?? 0) + part.bytes)
  }
  if (bytes.size <= most) return { moved: parts, shared: bytes.size > 0 }
  const kept = new Set(
    [...bytes]
      .sort(([, a], [, b]) => b - a)
      .slice(0, Math.ceil(most / 2))
      .map(([from]) => from),
  )
  const moved: Part[] = []
  for (const [place, part] of parts.entries()) {
    const from = prefixOfPart(part)
    if (from === prefix || kept.has(from)) moved.push(part)
    else {
      const key = `${prefix}copied/${String(place).padStart(6, '0')}-${part.key.slice(part.key.lastIndexOf('/') + 1)}`
      await objects.copy(part.key, key)
      moved.push({ ...part, key })
    }
  }
  return { moved, shared: true }
}

const prefixOfPart = ({ key }: Part): string => attemptOf(key)?.prefix ?? ''
