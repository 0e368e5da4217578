import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/source-operations.ts'
import { showOperation } from './show-operation.ts'
import { operationsOf, withConnection } from './with-connection.ts'

export const describeSourceOperation: UseCase<typeof api.describeSourceOperation> = async (
  { sources },
  { source, operationId, signal },
) => {
  const found = await withConnection(sources, source, signal, (opened) => operationsOf(opened).describe(operationId))
  const { description, parameters, body, reply } = found
  return {
    body: {
      ...showOperation(found),
      description,
      parameters: parameters.map((parameter) => ({ ...parameter, schema: { ...parameter.schema } })),
      body: body && { ...body, schema: { ...body.schema } },
      reply: reply && { ...reply },
    },
  }
}
