import { join } from 'node:path'
import { operations } from './index.ts'
import type { Operation } from './operation.ts'

/** What clients in TypeScript know of the operations at run time, as it should be now. */
export const routesFile = join(import.meta.dirname, '../../clients/typescript/routes.ts')

/**
 * A line an operation: its method and path, the method followed by `+` where it takes an `Idempotency-Key`, by `=` where
 * it wants `If-Match`. Everything else that a client must know is in the types.
 */
export function routesText(): string {
  const lines = Object.entries(operations as Record<string, Operation>)
    .map(
      ([id, { method, path, idempotent, precondition }]) =>
        `  ${id}: '${method}${idempotent ? '+' : ''}${precondition ? '=' : ''} ${path}',`,
    )
    .toSorted()
  return [
    "import type { OperationId } from '../../shared/api/index.ts'",
    '',
    '/** Written by `npm run openapi`. `+`: takes an `Idempotency-Key`; `=`: wants `If-Match`. */',
    'export const routes = {',
    ...lines,
    '} as const satisfies Record<OperationId, string>',
    '',
  ].join('\n')
}
