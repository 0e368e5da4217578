import { describe, expect, it } from 'vitest'
import { attachment } from '../../shared/domain/attachment.ts'
import { checkObjectKey } from '../../shared/domain/object-key.ts'
import { hostileKeys, refusedKeys } from '../contract/objects.ts'

describe('the rule of object keys', () => {
  it.each(hostileKeys)('takes %j', (key) => expect(() => checkObjectKey(key)).not.toThrow())
  it.each(refusedKeys)('refuses %j', (key) => {
    expect(() => checkObjectKey(key)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })
})

describe('an attachment', () => {
  it('names the file for old and new clients', () => {
    expect(attachment('a b.csv')).toBe(`attachment; filename="a b.csv"; filename*=UTF-8''a%20b.csv`)
    expect(attachment('Größe.csv')).toBe(`attachment; filename="Gr__e.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv`)
  })
  it('lets no name end the header, the quotes or the folder', () => {
    expect(attachment('"x\r\nSet-Cookie: y')).toBe(
      `attachment; filename="_x__Set-Cookie: y"; filename*=UTF-8''%22x__Set-Cookie%3A%20y`,
    )
    expect(attachment('../..\\x')).toBe(`attachment; filename=".._.._x"; filename*=UTF-8''.._.._x`)
    expect(attachment("it's(1)*.csv\ud800")).toContain("filename*=UTF-8''it%27s%281%29%2A.csv%EF%BF%BD")
  })
})
