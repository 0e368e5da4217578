import { decode, noUrl, type UrlForm } from '../../domain/pasted-url.ts'

/** `sftp://user@host/folder`. */
export const sftpUrl: UrlForm = {
  field: 'host',
  isPasted: (text) => text.includes('://'),
  takes: ({ scheme }) => (/^(sftp|ssh|scp)$/.test(scheme) ? 'surely' : 'not'),
  read({ host, port, user, password, path }) {
    if (host === '') throw noUrl('It must name a host.')
    // A ~ stands for where the login lands.
    const root = decode(path)
      .replace(/^\/~(\/|$)/, '')
      .replace(/\/$/, '')
    const [name, ...more] = user?.split(';') ?? []
    return {
      config: {
        host,
        ...(port !== undefined && { port }),
        ...(name && { user: name }),
        ...(root !== '' && { root }),
      },
      credential: password === undefined ? {} : { password },
      notes: more.length > 0 ? ['What follows the ; of the user was left out: pin the host key in its own field.'] : [],
    }
  },
}
