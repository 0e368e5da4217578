import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { type Front, takePort } from '../../local/front.ts'

const front: Front = await takePort(0)
front.open(createServer((request, response) => response.end(String(request.url?.length))))
afterAll(() => front.close())

/** Writes the bytes as they are and gives what comes back until the other side ends. */
async function exchange(...pieces: readonly string[]) {
  const socket = connect(front.port, '127.0.0.1')
  let said = ''
  socket.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  socket.on('error', () => {})
  for (const piece of pieces)
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  await once(socket, 'end')
  socket.destroy()
  const [head = '', body = ''] = said.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body }
}

describe('the front of the local server', () => {
  it('takes an address as long as the longest filter, percent-encoded', async () => {
    const path = `/${'%22'.repeat(65_536)}`
    expect(await (await fetch(`${front.origin}${path}`)).text()).toBe(String(path.length))
  })

  it.each([
    ['an address of two million characters', 'GET /', 'x'.repeat(2_000_000), ' HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [
      'headers of two million characters',
      'GET / HTTP/1.1\r\nHost: localhost\r\nx: ',
      'x'.repeat(2_000_000),
      '\r\n\r\n',
    ],
  ])('refuses %s with a problem', async (_, ...pieces) => {
    const { status, head, body } = await exchange(...pieces)
    expect([status, JSON.parse(body).code]).toEqual([413, 'too-large'])
    expect(head).toContain('content-type: application/problem+json')
    expect(head).toContain(`x-request-id: ${JSON.parse(body).requestId}`)
    expect(JSON.parse(body).hint).toContain('shorter')
  })

  it('refuses what is not HTTP with a problem', async () => {
    const { status, body } = await exchange('What is this?\r\n\r\n')
    expect([status, JSON.parse(body).code]).toEqual([400, 'invalid-request'])
  })
})
