import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'
import { openDatasource } from '../snapshots/open-datasource.ts'
import { findDatasource } from './find-datasource.ts'
import { firstRows } from './first-rows.ts'
import { replyShape, rowsReply } from './rows-reply.ts'

export const previewDatasource: UseCase<typeof api.previewDatasource> = async ({ catalog, sources }, input) => {
  const { name, limit, signal } = input
  const { format } = replyShape(input.format, limit, input)
  const { value: datasource } = await findDatasource(catalog, name)
  const { connection, selection } = await openDatasource({ sources }, datasource, signal)
  const done = () => connection.close()
  try {
    const extract = await connection.extract(selection)
    if (extract.shape === 'files')
      throw new Fault('not-offered', `${datasource.name} copies files, which have no rows.`, {
        hint: 'Take a snapshot and list its files.',
      })
    return rowsReply(firstRows(extract, limit), format, { done })
  } catch (thrown) {
    await done()
    throw thrown
  }
}
