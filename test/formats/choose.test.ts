import { expect, test } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import { chooseFormat } from '../../shared/formats/choose.ts'

test.each([
  [undefined, undefined, 'json'],
  [undefined, '', 'json'],
  [undefined, '*/*', 'json'],
  [undefined, 'text/csv', 'csv'],
  [undefined, 'TEXT/CSV; charset=utf-8', 'csv'],
  [undefined, 'text/*', 'csv'],
  [undefined, 'application/x-ndjson', 'ndjson'],
  [undefined, 'application/vnd.apache.arrow.stream', 'arrow'],
  [undefined, 'application/vnd.apache.parquet', 'parquet'],
  [undefined, 'application/*', 'json'],
  [undefined, 'application/json;q=0.2, text/csv;q=0.9', 'csv'],
  [undefined, 'application/json;q=0.5, */*;q=0.1', 'json'],
  [undefined, '*/*, application/json;q=0', 'ndjson'],
  [undefined, 'text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', 'json'],
  [undefined, 'text/csv;q=0, text/*', undefined],
  [undefined, 'image/png', undefined],
  [undefined, 'text/csv;q=7', undefined],
  ['csv', 'application/json', 'csv'],
  ['Parquet', undefined, 'parquet'],
  ['', 'text/csv', 'csv'],
  ['xml', 'text/csv', undefined],
] as const)('format=%s with Accept: %s is %s', (format, accept, expected) => {
  if (expected !== undefined) {
    expect(chooseFormat(format, accept, 'json')).toBe(expected)
    return
  }
  let thrown: unknown
  try {
    chooseFormat(format, accept, 'json')
  } catch (cause) {
    thrown = cause
  }
  expect(thrown).toBeInstanceOf(Fault)
  expect((thrown as Fault).code).toBe('not-acceptable')
  expect((thrown as Fault).hint).toMatch(/parquet/)
})
