import type { UrlForm } from '../../domain/pasted-url.ts'
import { readDatabaseUrl } from '../sql/url.ts'

const modes = {
  disabled: 'disable',
  disable: 'disable',
  preferred: 'prefer',
  prefer: 'prefer',
  required: 'require',
  require: 'require',
  verify_ca: 'verify-ca',
  'verify-ca': 'verify-ca',
  verify_identity: 'verify-full',
  'verify-full': 'verify-full',
  trust: 'require',
} as const
const flags = { true: 'verify-full', false: 'disable' } as const

/** `mysql://…` and `mariadb://…` as their clients, JDBC and SQLAlchemy write it. */
export const mysqlUrl: UrlForm = {
  field: 'host',
  isPasted: (text) => text.includes('://'),
  takes: ({ scheme }) => (/^(mysql|mysqlx|mariadb)$/.test(scheme) ? 'surely' : 'not'),
  read: (url) =>
    readDatabaseUrl(url, {
      tls: { 'ssl-mode': modes, ssl_mode: modes, sslmode: modes, usessl: flags, ssl: flags },
      refused:
        /^(host|port|socket|unix_socket|localsocket|pipe|ssl[-_]?(ca|capath|cert|key|crl|crlpath)|serversslcert|servercertificate|.*keystore.*|allow\w*infile\w*|autodeserialize|\w*interceptors?|\w*socketfactory|\w*plugins?|read_default_(file|group)|local_infile|propertiestransform|detectcustomcollations|queryinterceptors|credentialtype)$/i,
      ignored:
        /^(charset|characterencoding|useunicode|collation|connectioncollation|servertimezone|timezone|connect_?timeout|sockettimeout|autoreconnect|zerodatetimebehavior|allowpublickeyretrieval|rewritebatchedstatements|usecompression|compress|connection_limit|pool_timeout|usecursorfetch|tinyint1isbit|parsetime|loc)$/,
    }),
}
