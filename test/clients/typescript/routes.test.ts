import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { routesFile, routesText } from '../../../shared/api/write-routes.ts'

describe('the routes of the TypeScript client', () => {
  it('are those of the operations table (`npm run openapi` writes them)', () => {
    expect(readFileSync(routesFile, 'utf8')).toBe(routesText())
  })
})
