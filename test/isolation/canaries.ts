import { randomBytes } from 'node:crypto'

const encodings: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => encodeURIComponent(value),
  (value) => JSON.stringify(value).slice(1, -1),
  (value) => Buffer.from(value).toString('base64'),
  (value) => Buffer.from(value).toString('base64url'),
  (value) => Buffer.from(value).toString('hex'),
]

export interface Canaries {
  /** The value of a kind. Throws for a kind that there is none of. */
  of(kind: string): string
  readonly all: Readonly<Record<string, string>>
  /** The kinds whose values a text holds, in whatever encoding. */
  leaks(text: string): string[]
  /** Every encoding of a value. */
  forms(value: string): readonly string[]
}

/** A value of every kind that must not be seen again once it has gone in. */
export function plantCanaries(kinds: readonly string[]): Canaries {
  const all = Object.fromEntries(
    kinds.map((kind) => [kind, `canary/${kind.replaceAll(' ', '-')}+${randomBytes(12).toString('base64url')}=end`]),
  )
  const forms = (value: string) => encodings.map((encode) => encode(value))
  return {
    all,
    forms,
    of(kind) {
      const value = all[kind]
      if (value === undefined) throw new Error(`There is no canary ${kind}.`)
      return value
    },
    leaks: (text) =>
      Object.entries(all).flatMap(([kind, value]) => (forms(value).some((form) => text.includes(form)) ? [kind] : [])),
  }
}
