import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { openapiFile, openapiText } from '../../shared/api/write-openapi.ts'

const python = process.env.HEADGATE_PYTHON ?? 'python3'
const run = promisify(execFile)

describe('the OpenAPI document', () => {
  const validate = (document: Record<string, unknown>) => new Validator().validate(structuredClone(document))

  it('is valid OpenAPI 3.1 to a validator that we did not write', async () => {
    const { valid, errors } = await validate(JSON.parse(openapiText()))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('would be refused by it with a mistake in it', async () => {
    const document = JSON.parse(openapiText())
    document.paths['/v1/health'].get.responses['200'] = { content: {} }
    expect((await validate(document)).valid).toBe(false)
  })

  it('is valid to the Python ecosystem’s validator, schemas included', async (context) => {
    const isThere = await run(python, ['-c', 'import openapi_spec_validator']).catch(() => undefined)
    if (isThere === undefined)
      context.skip('the Python package openapi-spec-validator is not installed (HEADGATE_PYTHON)')
    const program = `
import json, sys
from openapi_spec_validator import OpenAPIV31SpecValidator
for error in OpenAPIV31SpecValidator(json.load(open(sys.argv[1]))).iter_errors(): print(error.message, list(error.path))
`
    const { stdout } = await run(python, ['-c', program, openapiFile])
    expect(stdout).toBe('')
  })
})
