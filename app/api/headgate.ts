import { Headgate } from '../../clients/typescript/headgate.ts'
import { session } from '../session/session.ts'

/** The API of the origin that this page is from, asked as whoever is signed in. */
export const headgate = new Headgate({
  token: session.token,
  maxRetries: 2,
  fetch: async (...request) => {
    const response = await fetch(...request)
    if (response.status === 401) session.refused()
    return response
  },
})
