import type { UrlForm } from '../../domain/pasted-url.ts'

/** The URL of a file; a login in it becomes the login of the connector. */
export const httpUrl: UrlForm = {
  field: 'url',
  isPasted: (text) => /^https?:\/\/[^/?#]*@/i.test(text.trim()),
  takes: ({ scheme }) => (/^https?$/.test(scheme) ? 'perhaps' : 'not'),
  read: ({ bare, user, password }) => ({
    config: { url: bare, ...(user !== undefined && { auth: { type: 'basic' } }) },
    credential: {
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
    },
    notes: [],
  }),
}
