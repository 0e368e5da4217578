import type { Command } from '../command.ts'
import { get } from './operated.ts'

const auth = () => import('../run/auth.ts')
const config = () => import('../run/config.ts')
const api = () => import('../run/api.ts')
const code = () => import('../run/configuration.ts')

const login = {
  '--device': 'by a code that you enter in a browser, on any machine',
  '--with-token': 'by a token on standard input',
  '--scope <scope>...': 'what it is to be good for: read, run, write (all three) or admin',
}

export const toolCommands: readonly Command[] = [
  {
    usage: 'login [address]',
    summary: 'Sign in, in the browser where the deployment has that, and keep the token in a profile',
    options: login,
    more: `Examples: headgate login https://headgate.example.org
          headgate login --with-token < token.txt`,
    run: async () => (await auth()).login,
  },
  { usage: 'logout', summary: 'Forget the token of a profile', run: async () => (await auth()).logout },
  { usage: 'auth status', summary: 'Show where you are signed in and as whom', run: async () => (await auth()).status },
  { usage: 'auth logout', summary: 'Forget the token of a profile', run: async () => (await auth()).logout },
  get('auth device <code>', 'getDevice', 'Show which device asks to be let in', 'userCode'),
  { usage: 'auth approve <code>', summary: 'Let a device in as yourself', run: async () => (await auth()).approve },
  { usage: 'auth refuse <code>', summary: 'Refuse a device', run: async () => (await auth()).refuse },
  { usage: 'config list', summary: 'List the profiles', run: async () => (await config()).listProfiles },
  {
    usage: 'config use <profile>',
    summary: 'Make a profile the default',
    run: async () => (await config()).useProfile,
  },
  {
    usage: 'config delete <profile>',
    summary: 'Delete a profile with its token',
    destructive: true,
    run: async () => (await config()).deleteProfile,
  },
  {
    usage: 'config explain',
    summary: 'Show each setting and where it came from',
    run: async () => (await config()).explain,
  },
  {
    usage: 'api list',
    summary: 'List the operations of the API',
    options: { '--search <text>': 'text in the id, the path or the summary' },
    run: async () => (await api()).listOperations,
  },
  {
    usage: 'api call <operation> [field=value...]',
    summary: 'Perform any operation by its id; fields are those of its path and query',
    options: { '--body <json>': 'JSON, @file, or - for standard input', '--if-match <etag>': 'only over this version' },
    more: 'Example: headgate api call describeTable source=data-warehouse-sql table=movies',
    run: async () => (await api()).callOperation,
  },
  get('api document', 'getOpenapi', 'Show the API as an OpenAPI document', ''),
  get('health', 'getHealth', 'Tell whether Headgate is alive, and its version', ''),
  {
    usage: 'export',
    summary: 'Write connectors, datasources, schedules and exporters as YAML; without any credential',
    options: { '--only <what>...': 'connectors, datasources, schedules or exporters' },
    run: async () => (await code()).exportAll,
  },
  {
    usage: 'apply',
    summary: 'Make connectors, datasources, schedules and exporters what a YAML file says; shows the difference first',
    options: { '-f, --file <file>': 'the file; - is standard input', '--dry-run': 'only show the difference' },
    more: `What the file does not name stays as it is; nothing is deleted. A credential is named by variables:
  credential: { password: { env: PGPASSWORD } }`,
    run: async () => (await code()).apply,
  },
  {
    usage: 'completion <shell>',
    summary: 'Write the completion for bash, zsh, fish or powershell',
    run: async () => (await import('../run/completion.ts')).completion,
  },
  {
    usage: '__complete [words...]',
    summary: 'What may stand in the place of the last word',
    hidden: true,
    run: async () => (await import('../run/completion.ts')).complete,
  },
  {
    usage: 'connection new <name>',
    summary: 'Write a working example of your own code as a source',
    options: { '--language <language>': 'python or typescript', '--folder <folder>': 'the folder of connections' },
    run: async () => (await import('../run/connection.ts')).newConnection,
  },
  {
    usage: 'connection check <name>',
    summary: 'Run your own code as a source would, and say what is wrong with it',
    options: {
      '--folder <folder>': 'the folder of connections',
      '--interface <interface>': 'bytes, rows or dataframe',
      '--config <json>': 'what a datasource would configure',
      '--parse <format>': 'csv, tsv, ndjson, json or none: what the bytes are',
      '--credential-stdin': 'take the credential from standard input; else it is HEADGATE_CREDENTIAL',
    },
    run: async () => (await import('../run/connection.ts')).checkConnection,
  },
  {
    usage: 'doctor',
    summary:
      'Look at a deployment from outside and say what is not as it should be; an administrator sees connectors too',
    run: async () => (await import('../run/doctor.ts')).doctor,
  },
  {
    usage: 'cost',
    summary: 'Tell what a month on AWS costs, idle or of a use, with the arithmetic',
    options: {
      '--requests <n>': 'calls of the API',
      '--rows <n>': 'rows that snapshots copy',
      '--schedules <n>': 'schedules',
      '--runs <n>': 'how often each is due (30)',
      '--gb-kept <n>': 'GB that are kept',
      '--gb-out <n>': 'GB that leave AWS',
    },
    more: 'Example: headgate cost --rows 100000000 --schedules 5',
    run: async () => (await import('../run/cost.ts')).cost,
  },
  {
    usage: 'dev [options...]',
    summary: 'Start a Headgate on this machine',
    more: 'Its own options come after --: headgate dev -- --port 8000',
    run: async () => (await import('../run/dev.ts')).dev,
  },
]
