import type { UrlForm } from '../../domain/pasted-url.ts'
import { readDatabaseUrl } from '../sql/url.ts'

const sslmode = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
} as const

/** `postgresql://…` as libpq, JDBC and SQLAlchemy write it. */
export const postgresUrl: UrlForm = {
  field: 'host',
  isPasted: (text) => text.includes('://'),
  takes: ({ scheme }) => (/^(postgres|postgresql)$/.test(scheme) ? 'surely' : 'not'),
  read: (url) =>
    readDatabaseUrl(url, {
      tls: { sslmode, ssl: { true: 'verify-full', false: 'disable' } },
      refused:
        /^(host|hostaddr|port|dbname|service|servicefile|passfile|ssl(rootcert|cert|key|password|passwordcallback|crl|crldir|factory|factoryarg|hostnameverifier)|sslkeylogfile|krbsrvname|requirepeer|socketfactory|socketfactoryarg|authenticationpluginclassname|loggerfile|jaasapplicationname)$/,
      ignored:
        /^(application_?name|connect_?timeout|sockettimeout|logintimeout|options|client_encoding|target_session_attrs|load_balance_hosts|channel_binding|gssencmode|sslnegotiation|sslsni|fallback_application_name|keepalives(_\w+)?|tcpkeepalive|currentschema|search_path|schema|pgbouncer|statement_timeout|connection_limit|pool_timeout|preparethreshold|prepared_statements|readonly)$/,
    }),
}
