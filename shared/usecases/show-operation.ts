import type { OperationInfo } from '../domain/source-operations.ts'

/** An operation of a source as replies show it. */
export const showOperation = ({ id, tag, tags, method, path, summary, deprecated }: OperationInfo) => ({
  operationId: id,
  tag,
  tags: [...tags],
  method,
  path,
  summary,
  deprecated,
})
