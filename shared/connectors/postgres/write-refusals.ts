import { Fault } from '../../domain/faults.ts'
import { ServerError, toFault } from './refusals.ts'

/**
 * What a failure while writing means to a caller. Of what the server wrote only the row and the column are told; `before`: so
 * many rows came before those that it was given.
 */
export function toWriteFault(error: unknown, before = 0): unknown {
  if (!(error instanceof ServerError)) return toFault(error)
  const { code, context } = error
  const [, row, column] = /^COPY .*, line (\d+)(?:, column ([^:]+))?/s.exec(context) ?? []
  const at =
    row === undefined
      ? ''
      : ` It is row ${before + Number(row)}${column === undefined ? '' : `, column ${JSON.stringify(column)}`}.`
  const because = { cause: error }
  if (code === '42501')
    return new Fault('source-refused', 'The login may not write this.', {
      hint: 'To append have it granted INSERT and SELECT on the table; to replace, CREATE on the schema, and the table must be its own.',
      ...because,
    })
  if (code === '25006')
    return new Fault('source-refused', 'The server lets nothing be written: it may be a replica.', because)
  if (code === '2BP01')
    return new Fault('conflict', 'Views or other things depend on the table that is to be replaced.', {
      hint: 'Use the mode `append`, or drop what depends on it.',
      ...because,
    })
  if (code.startsWith('23')) return new Fault('conflict', `A row breaks a rule of the table.${at}`, because)
  if (code.startsWith('22')) return new Fault('value-not-representable', `The table cannot hold a value.${at}`, because)
  if (code === '53100') return new Fault('source-failed', 'The disk of the server is full.', because)
  return toFault(error)
}
