/** A name as the server's SQL quotes it. Only names found in the server's own catalog are given here. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const qualify = (schema: string, name: string): string => `${quote(schema)}.${quote(name)}`

/** A column of the one table of a statement, `FROM … t`: a bare name in an ORDER BY would mean the result's column. */
export const columnSql = (name: string): string => `t.${quote(name)}`

/** Values of a statement, collected while its text is put together: the text only ever holds `$1`, `$2`, … */
export interface Binds {
  readonly parameters: (string | null)[]
  readonly types: number[]
  /** The place of a value of that type (OID). */
  add(value: string | null, type: number): string
}

export function createBinds(): Binds {
  const parameters: (string | null)[] = []
  const types: number[] = []
  return {
    parameters,
    types,
    add(value, type) {
      parameters.push(value)
      types.push(type)
      return `$${parameters.length}`
    },
  }
}

/** A one-dimensional array in the server's text. */
export const arrayText = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`
