import { Validator } from '@cfworker/json-schema'
import type { JsonSchema } from '../api/types.ts'
import type { Problems } from './values.ts'

/** Every place where a value is not as its schema says. Nothing is compiled: the policy forbids it. */
export function validate(schema: JsonSchema, value: unknown): Problems {
  const { valid, errors } = new Validator(schema as object, '2020-12', false).validate(value ?? null)
  if (valid) return new Map()
  const problems = new Map<string, string>()
  for (const { keyword, instanceLocation, error } of errors) {
    const at = instanceLocation.replace(/^#/, '')
    if (keyword === 'required') {
      const name = /required property "([^"]*)"/.exec(error)?.[1] ?? ''
      problems.set(`${at}/${name}`, 'must be given')
    } else if (
      !/^(properties|items|oneOf|anyOf|allOf|\$ref|additionalProperties)$/.test(keyword) &&
      !problems.has(at)
    ) {
      problems.set(at, sentence(keyword, error))
    }
  }
  return problems.size > 0 ? problems : new Map([['', 'is not valid']])
}

function sentence(keyword: string, error: string): string {
  if (keyword === 'pattern') return 'has not the form that is asked for'
  if (keyword === 'type')
    return error.replace(/^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/, 'must be $2, not $1')
  return error.replace(/^String is too short.*/, 'is too short').replace(/\.$/, '')
}

/** The places that a problem of the server names, where they are below a part of the body: `/body/config`. */
export function problemsBelow(
  errors: readonly { readonly pointer: string; readonly detail: string }[],
  prefix: string,
): Problems {
  return new Map(
    errors
      .filter(({ pointer }) => pointer === prefix || pointer.startsWith(`${prefix}/`))
      .map(({ pointer, detail }) => [pointer.slice(prefix.length), detail]),
  )
}
