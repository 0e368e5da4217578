import { decode, noUrl, type UrlForm } from '../../domain/pasted-url.ts'

/** `ftp://`, `ftpes://` (TLS after the welcome) and `ftps://` (TLS from the start), with a folder. */
export const ftpUrl: UrlForm = {
  field: 'host',
  isPasted: (text) => text.includes('://'),
  takes: ({ scheme }) => (/^ftp(s|es)?$/.test(scheme) ? 'surely' : 'not'),
  read({ scheme, host, port, user, password, path }) {
    if (host === '') throw noUrl('It must name a host.')
    const root = decode(path).replace(/\/$/, '')
    return {
      config: {
        host,
        ...(port !== undefined && { port }),
        ...(user !== undefined && { user }),
        ...(scheme === 'ftps' && { tls: 'implicit' }),
        ...(root !== '' && { root }),
      },
      credential: password === undefined ? {} : { password },
      notes:
        scheme === 'ftp' ? ['TLS will be asked for (explicit): choose none where the server does not offer it.'] : [],
    }
  },
}
