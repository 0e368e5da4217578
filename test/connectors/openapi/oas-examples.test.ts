import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSpec } from '../../../shared/connectors/openapi/operations.ts'
import { parseSpec } from '../../../shared/connectors/openapi/parse-spec.ts'
import { standaloneSchema } from '../../../shared/connectors/openapi/schemas.ts'

const folder = dirname(createRequire(import.meta.url).resolve('@readme/oas-examples/package.json'))
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^[23]\.\d\/.*\.(json|yaml)$/.test(name))
  .toSorted()

describe('the documents of @readme/oas-examples', () => {
  it('are all there', () => {
    expect(files.length).toBeGreaterThan(120)
  })

  it.each(files)('%s is read, or the reason is told', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    if (name.startsWith('2.0/')) {
      await expect(parseSpec(text)).rejects.toMatchObject({
        code: 'source-failed',
        detail: expect.stringMatching('2.0'),
      })
      return
    }
    const document = await parseSpec(text)
    const spec = readSpec(document)
    const paths = Object.values((document.paths ?? {}) as Record<string, object>)
    const hasOperations = paths.some((item) =>
      Object.keys(item).some((key) => /^(get|put|post|delete|patch)$/.test(key)),
    )
    expect(spec.operations.size > 0).toBe(hasOperations)
    for (const { parameters, body, path } of spec.operations.values()) {
      for (const [, placeholder] of path.matchAll(/\{(\w+)\}/g))
        expect(parameters.some((parameter) => parameter.in === 'path' && parameter.name === placeholder)).toBe(true)
      for (const { definition } of parameters) expectAlone(standaloneSchema(spec, definition.schema))
      for (const media of Object.values((body?.content ?? {}) as Record<string, { schema?: never }>))
        expectAlone(standaloneSchema(spec, media.schema))
    }
  })

  it('are the same in JSON and in YAML', async () => {
    const read = async (name: string) => [
      ...readSpec(await parseSpec(readFileSync(join(folder, name), 'utf8'))).operations,
    ]
    for (const name of ['petstore', 'parameters-style', 'circular'])
      expect(await read(`3.0/yaml/${name}.yaml`)).toEqual(await read(`3.0/json/${name}.json`))
  })
})

/** Every reference leads to a definition beside it. */
function expectAlone(schema: ReturnType<typeof standaloneSchema>): void {
  const definitions = (schema.$defs ?? {}) as Record<string, unknown>
  for (const [, name] of JSON.stringify(schema).matchAll(/"\$ref":"#\/([^"]*)"/g))
    expect(Object.keys(definitions)).toContain(name!.replace(/^\$defs\//, ''))
}
