import type { AdminToken } from './admin-token.ts'
import { demoName } from './demo/demo.ts'

export interface Welcome {
  readonly origin: string
  readonly admin: AdminToken
  readonly folder: string
  readonly demo: boolean
}

/** What is printed once the server answers. Its first line begins with `Headgate is ready at `. */
export function welcome({ origin, admin, folder, demo }: Welcome): string {
  const commands = demo ? demoCommands(origin, admin) : plainCommands(origin, admin)
  return `Headgate is ready at ${origin}

  Open         ${origin}/#token=${admin.token}
               the Data App, signed in; ${origin}/reference has the API, each operation to be tried
  Admin token  ${admin.token}
  Data         ${folder}   (kept; Ctrl-C ends Headgate and everything it started)

Try it, each as it is:

${commands.map(({ title, line }) => `  # ${title}\n  ${line}\n`).join('\n')}
`
}

export interface Command {
  readonly title: string
  /** One line for the shell. */
  readonly line: string
}

/** Five commands that work when pasted, each showing another thing. The token is read from a file: none is in them. */
export function demoCommands(origin: string, { headerFile }: AdminToken): readonly Command[] {
  const curl = `curl -H ${quote(`@${headerFile}`)}`
  const quietly = `curl -s${curl.slice(4)}`
  const json = '-H content-type:application/json'
  const source = `${origin}/v1/sources/${demoName}`
  const query = '{"sql":"select family, count(*) as n from formulations group by family order by n desc"}'
  const datasource = `{"name":"good-yields","connector":"${demoName}","selection":{"table":"experiments","where":["yield_percent","ge",85]}}`
  return [
    { title: 'The sources', line: `${curl} ${origin}/v1/sources` },
    { title: 'The tables of the demo warehouse', line: `${curl} ${source}/tables` },
    {
      title: 'Rows of a table: some columns, filtered, ordered',
      line: `${curl} -G ${source}/tables/movies/rows -d select=title,imdb_rating -d order=-imdb_rating -d limit=5 --data-urlencode 'where=["imdb_votes","gt",100000]'`,
    },
    {
      title: 'A query of your own, as CSV',
      line: `${curl} ${json} '${source}/query?format=csv' -d '${query}'`,
    },
    {
      title: 'A datasource, a snapshot of it watched to its end, and the snapshot as a Parquet file',
      line: [
        `${quietly} ${json} ${origin}/v1/datasources -d '${datasource}'; `,
        String.raw`${quietly} -X POST ${origin}/v1/datasources/good-yields/snapshots | sed 's/.*"id":"\([^"]*\)".*/\1/' | `,
        `xargs -I{} ${quietly} ${origin}/v1/snapshots/{}/events; `,
        `${quietly} -f -o good-yields.parquet '${origin}/v1/datasets/good-yields/download?format=parquet' && ls -l good-yields.parquet`,
      ].join(''),
    },
  ]
}

/** Without the demo there is nothing to read yet: what there is, and how a connector is made. */
function plainCommands(origin: string, { headerFile }: AdminToken): readonly Command[] {
  const curl = `curl -H ${quote(`@${headerFile}`)}`
  const connector =
    '{"name":"warehouse","kind":"postgres","config":{"host":"db.example.org","database":"warehouse","user":"headgate"},"credential":{"password":"…"}}'
  return [
    { title: 'Who you are', line: `${curl} ${origin}/v1/me` },
    { title: 'The kinds of connectors, with the schemas of what they want', line: `${curl} ${origin}/v1/kinds` },
    {
      title: 'A connector to a database of yours: put in its address and its login',
      line: `${curl} -H content-type:application/json ${origin}/v1/connectors -d '${connector}'`,
    },
  ]
}

/** A word for the shell. */
const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
