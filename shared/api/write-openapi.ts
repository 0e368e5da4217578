import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { operations } from './index.ts'
import { openapi } from './openapi.ts'
import { routesFile, routesText } from './write-routes.ts'

/** The committed document, as it should be now. */
export const openapiFile = join(import.meta.dirname, '../../docs/openapi.json')
export const openapiText = (): string => `${JSON.stringify(openapi(operations, manifest.version), null, 2)}\n`

if (import.meta.main) {
  writeFileSync(openapiFile, openapiText())
  writeFileSync(routesFile, routesText())
}
