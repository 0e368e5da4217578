/**
 * How much a name is like what is looked for, 0 to 1: 1 for the very name, then what begins with it, what holds it, what
 * holds its words, and what shares most of its groups of three letters, as a name that is typed wrong does.
 */
export function alike(wanted: string, name: string): number {
  const [a, b] = [fold(wanted), fold(name)]
  if (a === '' || b === '') return 0
  if (a === b) return 1
  const share = a.length / b.length
  if (b.startsWith(a)) return 0.8 + 0.1 * share
  if (b.includes(a)) return 0.7 + 0.1 * share
  if (a.split(' ').every((word) => b.includes(word))) return 0.6
  const likeness = shared(groups(a), groups(b))
  return likeness < 0.35 ? 0 : 0.6 * likeness
}

/** Without case, accents and what parts words. */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const groups = (text: string): ReadonlySet<string> => {
  const padded = `  ${text} `
  return new Set(Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3)))
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((group) => b.has(group)).length
  return both / (a.size + b.size - both)
}
