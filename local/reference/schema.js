/** The schema that a reference leads to, or the schema itself. */
export function resolve(schema, schemas) {
  const name = schema?.$ref?.split('/').at(-1)
  return name === undefined ? (schema ?? {}) : (schemas[name] ?? {})
}

/** A schema in a few words: `string`, `integer 1..1000`, `Source[]`, `"json" | "csv"`. */
export function typeText(schema = {}) {
  if (schema.$ref) return schema.$ref.split('/').at(-1)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map(typeText))].join(' | ')
  if (schema.type === 'array') return `${bracketed(typeText(schema.items ?? {}))}[]`
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'anything')
  return `${type}${bounds(schema)}`
}

const bracketed = (text) => (text.includes(' | ') ? `(${text})` : text)

function bounds({ minimum, maximum, minLength, maxLength, format }) {
  const isSafe = (limit) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER
  if (format) return ` (${format})`
  if (isSafe(minimum) || isSafe(maximum)) return ` ${isSafe(minimum) ? minimum : ''}..${isSafe(maximum) ? maximum : ''}`
  if (minLength !== undefined || maxLength !== undefined)
    return `, ${minLength ?? 0}${maxLength === undefined ? ' or more' : ` to ${maxLength}`} characters`
  return ''
}

/** A value to begin with: examples and defaults where there are some, else the required members alone. */
export function sample(schema, schemas, depth = 0) {
  const found = resolve(schema, schemas)
  if (found.examples?.length) return found.examples[0]
  if (found.default !== undefined) return found.default
  if (found.const !== undefined) return found.const
  if (found.enum) return found.enum[0]
  const choice = found.anyOf?.[0] ?? found.oneOf?.[0]
  if (choice) return sample(choice, schemas, depth + 1)
  if (found.type === 'array') return depth > 3 ? [] : [sample(found.items ?? {}, schemas, depth + 1)]
  if (found.type === 'object' || found.properties) {
    const names = depth > 4 ? [] : (found.required ?? [])
    return Object.fromEntries(names.map((name) => [name, sample(found.properties?.[name] ?? {}, schemas, depth + 1)]))
  }
  return { string: '', integer: found.minimum > 0 ? found.minimum : 0, number: 0, boolean: false }[found.type] ?? null
}
