import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { readRowsCursor, writeRowsCursor } from './rows-cursor.ts'
import { replyShape, rowsReply } from './rows-reply.ts'
import { tablesOf } from './with-connection.ts'

export const readRows: UseCase<typeof api.readRows> = async ({ sources }, input) => {
  const { source, table, select, where, order, cursor, signal } = input
  const { format, limit } = replyShape(input.format, input.limit, input)
  const opened = await sources.open(source, signal)
  const done = () => opened.connection.close()
  try {
    const query = [opened.record.uid, table, select, where, order]
    const after = cursor === undefined ? undefined : readRowsCursor(query, cursor)
    const window = await tablesOf(opened).read(table, { select, where, order, limit, after })
    const next = () => {
      const position = window.next()
      return position === null ? null : writeRowsCursor(query, position)
    }
    return rowsReply(window, format, { next, done })
  } catch (thrown) {
    await done()
    throw thrown
  }
}
