import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { Fault } from '../domain/faults.ts'
import { replyShape, rowsReply } from './rows-reply.ts'
import { tablesOf } from './with-connection.ts'

export const runQuery: UseCase<typeof api.runQuery> = async ({ sources }, input) => {
  const { source, body, signal } = input
  const { format, limit } = replyShape(input.format, body.limit, input)
  const opened = await sources.open(source, signal)
  const done = () => opened.connection.close()
  try {
    if (!opened.record.allowQuery)
      throw new Fault('forbidden', `The connector ${opened.record.name} does not allow queries.`, {
        hint: 'An administrator can set `allowQuery` on the connector.',
      })
    const { query } = tablesOf(opened)
    if (!query) throw new Fault('not-offered', `A connector of kind ${opened.record.kind} runs no queries.`)
    const rows = await query({ sql: body.sql, parameters: body.parameters, limit })
    return rowsReply(rows, format, { done })
  } catch (thrown) {
    await done()
    throw thrown
  }
}
