import type { UrlForm } from '../../domain/pasted-url.ts'

/** How the path of an OpenAPI document usually ends. */
const document = /(openapi|swagger|api-?docs)[^/]*(\/|\.json|\.ya?ml)?$|\/(v\d+\/)?api-docs/i

/** The URL of an OpenAPI document; a login in it becomes the login of the connector. */
export const openapiUrl: UrlForm = {
  field: 'specUrl',
  isPasted: (text) => /^https?:\/\/[^/?#]*@/i.test(text.trim()),
  takes: ({ scheme, path }) => (!/^https?$/.test(scheme) ? 'not' : document.test(path) ? 'surely' : 'perhaps'),
  read: ({ bare, user, password }) => ({
    config: { specUrl: bare, ...(user !== undefined && { auth: { type: 'basic' } }) },
    credential: {
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
    },
    notes: [],
  }),
}
