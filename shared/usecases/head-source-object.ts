import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/source-objects.ts'
import { bytesHead } from './bytes-reply.ts'
import { fileOf, withConnection } from './with-connection.ts'

export const headSourceObject: UseCase<typeof api.headSourceObject> = ({ sources }, { source, key, reading, signal }) =>
  withConnection(sources, source, signal, async (opened) => {
    const { info } = await fileOf(opened, key)
    return bytesHead(info, reading)
  })
