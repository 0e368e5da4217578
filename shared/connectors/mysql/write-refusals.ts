import { Fault } from '../../domain/faults.ts'
import { ServerError, toFault } from './refusals.ts'

const unfit = new Set([1118, 1264, 1265, 1292, 1366, 1367, 1406, 1411, 1425, 3140])
const broken = new Set([1048, 1062, 1364, 1452, 1557, 1586, 1690, 1761, 1762, 1906, 3105, 3819, 4025])
const denied = new Set([1044, 1142, 1143, 1227, 1370])

/** What a failure while writing means to a caller. `firstRow`: of the statement, from 0. Of the server's words only the row. */
export function toWriteFault(error: unknown, firstRow?: number): unknown {
  if (!(error instanceof ServerError)) return toFault(error)
  const [, row] = /at row (\d+)/.exec(error.message) ?? []
  const at = row === undefined || firstRow === undefined ? '' : ` It is row ${firstRow + Number(row)}.`
  const because = { cause: error }
  if (denied.has(error.number))
    return new Fault('source-refused', 'The login may not write this.', {
      hint: 'To append have it granted INSERT and SELECT on the table; to replace, CREATE, INSERT, SELECT, ALTER and DROP.',
      ...because,
    })
  if (error.number === 1290 || error.number === 1836)
    return new Fault('source-refused', 'The server lets nothing be written: it may be a replica.', because)
  if (broken.has(error.number)) return new Fault('conflict', `A row breaks a rule of the table.${at}`, because)
  if (unfit.has(error.number))
    return new Fault('value-not-representable', `The table cannot hold a value.${at}`, because)
  return toFault(error)
}
