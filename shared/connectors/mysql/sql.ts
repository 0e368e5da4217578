import type { Parameter } from './parameters.ts'

/** A name as the server's SQL quotes it in every sql_mode. Only names found in the server's own catalog are given here. */
export const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``

export const qualify = (database: string, name: string): string => `${quote(database)}.${quote(name)}`

/** A column of the one table of a statement, `FROM … AS t`: a bare name in an ORDER BY would mean the result's column. */
export const columnSql = (name: string): string => `t.${quote(name)}`

/** Values of a statement, in the order of its `?`s: its text never holds one. */
export interface Binds {
  readonly parameters: Parameter[]
  /** The place of a value. */
  add(parameter: Parameter): string
}

export function createBinds(): Binds {
  const parameters: Parameter[] = []
  return {
    parameters,
    add(parameter) {
      parameters.push(parameter)
      return '?'
    },
  }
}
