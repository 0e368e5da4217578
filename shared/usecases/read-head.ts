import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { readVersion } from '../snapshots/read-rows.ts'
import { openVersion } from '../snapshots/read-version.ts'
import { replyShape, rowsReply } from './rows-reply.ts'

export const readHead: UseCase<typeof api.readHead> = async (world, input) => {
  const { format, limit } = replyShape(input.format, input.limit, input)
  const rows = readVersion(world, await openVersion(world, input.name, input), { limit }, input.signal)
  return rowsReply(rows, format, { done: async () => {} })
}
