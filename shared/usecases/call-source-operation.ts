import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/source-operations.ts'
import { isAtLeast } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import { operationsOf, withConnection } from './with-connection.ts'

/** What changes nothing is every reader's to call. */
const readingMethods = ['GET', 'HEAD']

export const callSourceOperation: UseCase<typeof api.callSourceOperation> = async (
  { sources },
  { source, operationId, body, caller, signal },
) => {
  const reply = await withConnection(sources, source, signal, async (opened) => {
    const operations = operationsOf(opened)
    if (!isAtLeast(caller, 'editor')) {
      const { method } = await operations.describe(operationId)
      if (!readingMethods.includes(method))
        throw new Fault('forbidden', `${operationId} is a ${method}: calling it needs the role editor.`, {
          hint: 'Ask an administrator for the role.',
        })
    }
    return operations.call(operationId, {
      parameters: body.parameters,
      ...(body.body !== undefined && { body: body.body }),
    })
  })
  return { body: { ...reply, headers: { ...reply.headers } } }
}
