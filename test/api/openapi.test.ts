import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { operations } from '../../shared/api/index.ts'
import { openapiFile, openapiText } from '../../shared/api/write-openapi.ts'

const document = JSON.parse(openapiText())

describe('the OpenAPI document', () => {
  it('is committed as the operations table makes it (`npm run openapi` writes it)', () => {
    expect(readFileSync(openapiFile, 'utf8')).toBe(openapiText())
  })

  it('has every operation, once, with its failures', () => {
    const found = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId)
    expect(found.sort()).toEqual(Object.keys(operations).sort())
    expect(document.paths['/v1/connectors/{name}'].put.responses).toHaveProperty('428')
  })

  it('has no reference that leads nowhere', () => {
    const references = [...openapiText().matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1]!)
    expect(references.length).toBeGreaterThan(20)
    expect(references.filter((name) => !(name in document.components.schemas))).toEqual([])
  })

  it('marks a credential as write-only and shows it in no reply', () => {
    expect(document.components.schemas.NewConnector.properties.credential.writeOnly).toBe(true)
    expect(document.components.schemas.Connector.properties).not.toHaveProperty('credential')
  })
})
