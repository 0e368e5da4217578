/** What stands where a value was. */
export const masked = '[secret]'

/**
 * A function that replaces secret values in text, as they are, URL-encoded and in base64 (within other bytes too). For
 * text that comes in pieces use `maskStream`.
 */
export function maskText(values: readonly string[]): (text: string) => string {
  const forms = formsOf(values)
  if (forms.length === 0) return (text) => text
  const pattern = new RegExp(forms.map((form) => form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|'), 'g')
  return (text) => text.replace(pattern, masked)
}

/**
 * The same for captured output: holds back what may be the beginning of a value until more has come. `end` gives the
 * rest.
 */
export function maskStream(values: readonly string[]): {
  write(text: string): string
  end(): string
} {
  const forms = formsOf(values)
  const mask = maskText(values)
  let held = ''
  return {
    write(text) {
      const all = mask(held + text)
      const keep = longestBeginning(all, forms)
      held = all.slice(all.length - keep)
      return all.slice(0, all.length - keep)
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

/** How much of the text's end is the beginning of one of the forms. */
function longestBeginning(text: string, forms: readonly string[]): number {
  const longest = Math.min(text.length, Math.max(0, ...forms.map((form) => form.length - 1)))
  for (let length = longest; length > 0; length--) {
    const end = text.slice(-length)
    if (forms.some((form) => form.length > length && form.startsWith(end))) return length
  }
  return 0
}

/** Every form in which a value may show, the longest first, so that none is masked by halves. */
function formsOf(values: readonly string[]): readonly string[] {
  const forms = new Set<string>()
  for (const value of values) {
    if (value === '') continue
    const encoded = encodeURIComponent(value.toWellFormed())
    const lower = encoded.replace(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase())
    const form = new URLSearchParams({ value }).toString().slice('value='.length)
    const json = JSON.stringify(value).slice(1, -1)
    for (const text of [value, encoded, lower, form, json, ...base64Forms(value)]) forms.add(text)
  }
  return [...forms].sort((a, b) => b.length - a.length)
}

/** A value's base64, in both alphabets, with and without padding, and as it looks behind one and two other bytes. */
function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const shifted = [1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // What shares its bits with other bytes is not the value's alone.
    return text.slice(before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1)
  })
  const whole = bytes.toString('base64')
  const inner = bytes.length % 3 === 0 ? whole : whole.replace(/=+$/, '').slice(0, -1)
  const forms = [whole, whole.replace(/=+$/, ''), ...[inner, ...shifted].filter((text) => text.length >= 8)]
  return forms.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}
