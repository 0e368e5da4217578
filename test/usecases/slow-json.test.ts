import { expect, it } from 'vitest'
import { slowJson } from '../../shared/usecases/slow-json.ts'

const textOf = async (stream: AsyncIterable<Uint8Array>) => {
  let text = ''
  for await (const chunk of stream) text += Buffer.from(chunk).toString()
  return text
}

it('A JSON value that takes its time has spaces before it, and is the same JSON', async () => {
  const work = Promise.withResolvers<unknown>()
  let chunks = 0
  const { stream } = slowJson(() => work.promise, 5)
  const text = await textOf(
    (async function* () {
      for await (const chunk of stream) {
        if (++chunks === 3) work.resolve({ ok: true })
        yield chunk
      }
    })(),
  )
  expect(text).toMatch(/^ {3,}\{"ok":true\}$/)
  expect(JSON.parse(text)).toEqual({ ok: true })
})

it('What fails before it is there breaks the reply off', async () => {
  await expect(textOf(slowJson(() => Promise.reject(new Error('broken'))).stream)).rejects.toThrow('broken')
})
