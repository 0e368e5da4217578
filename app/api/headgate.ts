import { Headgate } from '../../clients/typescript/headgate.ts'
import { session } from '../session/session.ts'

/** The API of the origin that this page is from, asked as whoever is signed in. */
export const headgate = new Headgate({ token: session.token, maxRetries: 2, fetch: fetchAgain })

/** Sends what was refused once more where the session can be renewed; where it cannot, the session is over. */
async function fetchAgain(...[target, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(target, init)
  const headers = (init?.headers ?? {}) as Readonly<Record<string, string>>
  const refused = headers.authorization?.replace(/^Bearer /, '')
  if (response.status !== 401 || refused === undefined) return response
  const token = await session.otherThan(refused)
  if (token === undefined) {
    session.refused(refused)
    return response
  }
  const again = await fetch(target, { ...init, headers: { ...headers, authorization: `Bearer ${token}` } })
  if (again.status === 401) session.refused(token)
  return again
}
