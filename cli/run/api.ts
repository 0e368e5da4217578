import { etagOf, isOperation, type OperationId } from '../../clients/typescript/index.ts'
import { type Run, text, UsageError } from '../command.ts'
import { bodyOf, pairsOf } from '../input.ts'
import { writeItems } from '../output.ts'
import { writeBytes } from '../transfer.ts'

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

interface Described {
  readonly operationId: string
  readonly summary: string
}

export const listOperations: Run = async (context, _, options) => {
  const { url } = await context.place()
  const { paths } = (await context.clientAt(url.value!).call('getOpenapi')) as unknown as Document
  const wanted = text(options, 'search')?.toLowerCase() ?? ''
  const items = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, summary }]) => ({
      operation: operationId,
      method: method.toUpperCase(),
      path,
      summary,
    })),
  )
  const found = items.filter((item) => Object.values(item).join(' ').toLowerCase().includes(wanted))
  await writeItems(context.output, found, ['operation', 'method', 'path', 'summary'])
}

export const callOperation: Run = async (context, [id, ...pairs], options) => {
  const headgate = await context.headgate()
  if (!isOperation(id!))
    throw new UsageError(`There is no operation ${JSON.stringify(id)}.`, '`headgate api list` lists them.')
  const said = text(options, 'body')
  const input = { ...pairsOf(pairs), ...(said !== undefined && { body: await bodyOf(said) }) }
  const ifMatch = text(options, 'ifMatch')
  const call = headgate.call as unknown as (id: OperationId, input: object, options: object) => Promise<unknown>
  const answer = await call.call(headgate, id, input, ifMatch === undefined ? {} : { ifMatch })
  if (answer instanceof Response) return writeBytes(context, answer)
  if (answer === undefined) return
  await context.output.write(`${JSON.stringify(answer, null, context.terminal.isOut ? 2 : 0)}\n`)
  const etag = etagOf(answer as object)
  if (etag !== undefined) context.note(`ETag ${etag}`)
}
