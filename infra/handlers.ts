import { operations } from '../shared/api/index.ts'

/** Functions that no route leads to, by id. */
export const others = ['authorizer', 'makeToken', 'runSnapshot', 'tidy'] as const

/** Every function by id: one an operation, and the others. */
export const functionIds: readonly string[] = [...Object.keys(operations), ...others]

/** The file of a function, without its ending: `list-sources` of `listSources`. */
export const fileOf = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
