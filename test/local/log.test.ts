import { describe, expect, it } from 'vitest'
import { createLog } from '../../local/log.ts'
import { Fault } from '../../shared/domain/faults.ts'

const lines = (verbose: boolean, ...records: Readonly<Record<string, unknown>>[]) => {
  const written: string[] = []
  const log = createLog(verbose, (text) => written.push(text))
  for (const record of records) log(record)
  return written
}

const ours = {
  requestId: 'r',
  code: 'internal',
  cause: new Fault('internal', 'Broken.', { cause: new TypeError('x is 0') }),
}
const theirs = { requestId: 'r', code: 'not-found', cause: new Fault('not-found', 'There is none.') }

describe('the log', () => {
  it('is silent about what the caller was told, unless it is asked to be verbose', () => {
    expect(lines(false, theirs)).toEqual([])
    expect(lines(true, theirs)).toHaveLength(1)
  })

  it('tells every failure of our own, on one line, with the stacks of what caused it', () => {
    const [line, ...more] = lines(false, ours)
    expect(more).toEqual([])
    expect(line).toMatch(/^[^\n]+\n$/)
    const { requestId, cause } = JSON.parse(line!)
    expect(requestId).toBe('r')
    expect(cause.cause.stack).toMatch(/TypeError: x is 0\n +at /)
  })

  it('does not complain of a reader who left, and does of a stream that broke by our fault', () => {
    const gone = { message: 'The reply was broken off.' }
    expect(lines(false, { ...gone, cause: new DOMException('left', 'AbortError') })).toEqual([])
    expect(lines(false, { ...gone, cause: new Fault('source-failed', 'Gone.') })).toEqual([])
    expect(lines(false, { ...gone, cause: new RangeError('off by one') })).toHaveLength(1)
  })

  it('writes nothing that a driver hangs on its errors, and strikes out tokens and passwords', () => {
    const error = Object.assign(
      new Error('connect postgres://me:hunter2@db/x failed: password=hunter2, Bearer hunter2 and hg_pat_hunter2'),
      { parameters: ['hunter2'], options: { password: 'hunter2' } },
    )
    const [line] = lines(false, { code: 'internal', cause: error })
    expect(line).not.toContain('hunter2')
    expect(line).toContain('//***@db/x failed')
    expect(() => JSON.parse(line!)).not.toThrow()
  })
})
