import { Script } from 'node:vm'
import { Fault } from '../../domain/faults.ts'

/** How long one page of keys may take to be matched. Time is the guard: a backtracking pattern is stopped by it. */
const patienceMs = 500

/** Which keys are meant, and what all of them begin with, so that no more is listed than needed. */
export interface Pattern {
  readonly prefix: string
  /** The keys that match. Fault invalid-request where the pattern takes too long. */
  filter(keys: readonly string[]): readonly string[]
}

/** Keys that a regular expression matches from beginning to end. */
export const regexPattern = (source: string): Pattern => ({
  prefix: literalPrefix(source),
  filter: guardedFilter(`^(?:${source})$`),
})

/** Keys that a glob matches: `*` and `?` within a part, `**` across parts, `[a-z]`, `{a,b}`, `\` before a plain one. */
export const globPattern = (glob: string): Pattern => ({
  prefix: /^[^*?[\]{}\\]*/.exec(glob)![0],
  filter: guardedFilter(globToRegex(glob)),
})

/** The regular expression of a glob. Throws a SyntaxError where a bracket has no other end. */
export function globToRegex(glob: string): string {
  let source = '^'
  let braces = 0
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!
    if (c === '*') {
      const isDeep = glob[i + 1] === '*'
      const isWholePart = isDeep && (i === 0 || glob[i - 1] === '/') && glob[i + 2] === '/'
      source += isWholePart ? '(?:[^/]+/)*' : isDeep ? '.*' : '[^/]*'
      i += isWholePart ? 2 : isDeep ? 1 : 0
    } else if (c === '?') source += '[^/]'
    else if (c === '[') {
      const end = glob.indexOf(']', i + 2)
      if (end < 0) throw new SyntaxError('A [ has no ].')
      const inside = glob.slice(i + 1, end).replace(/^!/, '^')
      source += `(?!/)[${inside.replace(/[\\[\]]|(?<=.)\^/g, '\\$&')}]`
      i = end
    } else if (c === '{') {
      braces++
      source += '(?:'
    } else if (c === '}' && braces > 0) {
      braces--
      source += ')'
    } else if (c === ',' && braces > 0) source += '|'
    else if (c === '\\' && i + 1 < glob.length) source += quoted(glob[++i]!)
    else source += quoted(c)
  }
  if (braces > 0) throw new SyntaxError('A { has no }.')
  return `${source}$`
}

const quoted = (text: string): string => text.replace(/[$()*+./?[\\\]^{|}-]/g, '\\$&')

/** Letters that every match begins with; none where the expression has a choice, or the last may be repeated away. */
function literalPrefix(source: string): string {
  if (source.includes('|')) return ''
  const [literal] = /^[\w/ =-]*/.exec(source.replace(/^\^/, ''))!
  return /[?*{+]/.test(source.replace(/^\^/, '')[literal.length] ?? '') ? literal.slice(0, -1) : literal
}

/** Runs where V8 can stop it: inside of a script with a time limit. Nothing of a key or a pattern is run as code. */
function guardedFilter(source: string): Pattern['filter'] {
  const compiled = new RegExp(source, 'us')
  const script = new Script('keys.filter((key) => pattern.test(key))')
  return (keys) => {
    try {
      return script.runInNewContext({ keys, pattern: compiled }, { timeout: patienceMs }) as string[]
    } catch (cause) {
      throw new Fault('invalid-request', 'The pattern takes too long to match.', {
        hint: 'Write it without a repetition within a repetition, like (a+)+.',
        cause,
      })
    }
  }
}
