/** A text shorter than this is too common to be looked for. */
const shortest = 4

/**
 * The texts in a credential that must not be seen: the whole of it, and where it is JSON or lines of `key=value`, each
 * value. `maskText` knows how they may be written.
 */
export function secretTexts(credential: string): string[] {
  const texts = new Set([
    credential,
    ...credential.split(/\r?\n/).map((line) => line.replace(/^[^=:]{1,100}[=:]\s*/, '')),
  ])
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
  }
  try {
    visit(JSON.parse(credential))
  } catch {
    // It is no JSON: any text may be a credential.
  }
  return [...texts].map((text) => text.trim()).filter((text) => text.length >= shortest)
}
