import { type Command, texts, whole } from '../command.ts'
import { get, list, remove, send } from './operated.ts'

const run = () => import('../run/data.ts')

/** Where the objects are: yours, or those of a pipeline. */
const scope = { '--pipeline <id>': 'in a pipeline instead (HEADGATE_PIPELINE)' }

/** The verbs of Conducto’s `conducto-data-user` and `-pipeline`, and a few more. */
const dataCommands: readonly Command[] = [
  {
    usage: 'data put <name> <file>',
    summary: 'Put a file under a name',
    options: {
      ...scope,
      '--keep-older': 'keep the version that it replaces',
      '--if-absent': 'replace nothing',
      '--resume <id>': 'go on with an upload that broke off',
    },
    run: async () => (await run()).put,
  },
  {
    usage: 'data puts <name>',
    summary: 'Put standard input under a name',
    options: scope,
    run: async () => (await run()).puts,
  },
  {
    usage: 'data get <name> <file>',
    summary: 'Save an object as a file',
    options: scope,
    run: async () => (await run()).get,
  },
  {
    usage: 'data gets <name>',
    summary: 'Write an object to standard output as it is',
    options: { ...scope, '--range <begin,end>': 'only these bytes, the end not included' },
    run: async () => (await run()).gets,
  },
  {
    usage: 'data list [prefix]',
    summary: 'List names that begin with a prefix, all depths',
    options: { ...scope, '--folders': 'a level at a time' },
    run: async () => (await run()).listObjects,
  },
  {
    usage: 'data size <name>',
    summary: 'Tell the size of an object in bytes',
    options: scope,
    run: async () => (await run()).size,
  },
  {
    usage: 'data exists <name>',
    summary: 'Tell whether there is an object',
    options: scope,
    run: async () => (await run()).exists,
  },
  {
    usage: 'data url <name>',
    summary: 'Give the path of an object in the API; with --link an address that needs no token',
    options: {
      ...scope,
      '--full': 'with the address of Headgate',
      '--link': 'an address that works for a while without a token',
      '--seconds <n>': 'how long that works (300)',
    },
    run: async () => (await run()).url,
  },
  {
    usage: 'data delete <name>',
    summary: 'Delete an object',
    options: { ...scope, '--recursive': 'the name itself and everything below it' },
    destructive: true,
    run: async () => (await run()).remove,
  },
  {
    usage: 'data copy <from> <to>',
    summary: 'Copy an object',
    options: { ...scope, '--recursive': 'everything below', '--move': 'delete what was copied' },
    run: async () => (await run()).copy,
  },
]

export const storeCommands: readonly Command[] = [
  ...dataCommands,
  {
    usage: 'cp <from> <to>',
    summary:
      'Copy a file between here and headgate://user/…, headgate://pipelines/<id>/… or (from) headgate://<source>/…',
    more: 'Example: headgate cp report.csv headgate://user/reports/report.csv',
    run: async () => (await run()).cp,
  },
  list('uploads list', 'listUploads', 'List your uploads under way', '', 'id path created expires'),
  remove('uploads abort <id>', 'abortUpload', 'Give up an upload', 'id', 'Given up'),
  list('pipelines list', 'listPipelines', 'List your pipelines', '', 'id title created expires'),
  send(
    'pipelines create [title]',
    'createPipeline',
    'Create a pipeline: a scope of objects that go when it is archived',
    '',
    (options, [title]) => ({
      ...(title !== undefined && { title }),
      ...(whole(options, 'days') !== undefined && { days: whole(options, 'days') }),
    }),
    { options: { '--days <n>': 'after so many days it is archived by itself' } },
  ),
  get('pipelines get <id>', 'getPipeline', 'Show one pipeline', 'id'),
  remove('pipelines archive <id>', 'archivePipeline', 'Archive a pipeline: its objects go', 'id', 'Archived'),
  list(
    'secrets list',
    'listSecrets',
    'List the names of your secrets and the organisation’s; no values',
    '',
    'scope key updated updatedBy usedBy',
    { options: { '--scope <scope>': 'user or org' } },
  ),
  {
    usage: 'secrets set <scope> <key>',
    summary: 'Keep a secret (scope user or org); the value is read from standard input',
    options: { '--no-mask': 'leave it as it is where a run prints it' },
    more: 'Example: headgate secrets set user API_KEY < key.txt',
    run: async () => (await import('../run/secrets.ts')).setSecret,
  },
  remove('secrets delete <scope> <key>', 'deleteSecret', 'Delete a secret', 'scope key', 'Deleted'),
  list('webhooks list', 'listWebhooks', 'List the receivers of events', '', 'id title url events datasources'),
  {
    usage: 'webhooks create <url>',
    summary: 'Have events sent to an address; the secret that signs them is read from standard input',
    options: {
      '--title <title>': 'what people read',
      '--event <type>...': 'only these: snapshot.failed, …',
      '--datasource <name>...': 'only of these',
    },
    run: async () => (await import('../run/secrets.ts')).createWebhook,
  },
  remove('webhooks delete <id>', 'deleteWebhook', 'Send no more events to a receiver', 'id', 'Deleted'),
  list(
    'webhooks deliveries <id>',
    'listDeliveries',
    'List what became of the events of the last month, the newest first',
    'id',
    'event.at event.type event.datasource state tries last.detail',
    { most: 100, options: { '--state <state>': 'pending, delivered or failed' } },
  ),
  list(
    'tokens list',
    'listTokens',
    'List your tokens; the tokens themselves are not shown',
    '',
    'id name scopes connectors created expires lastUsed',
    { options: { '--member <id>': 'of another member, for administrators' } },
  ),
  send(
    'tokens create <name>',
    'createToken',
    'Make a token; it is shown this once',
    '',
    (options, [name]) => ({
      name,
      ...(texts(options, 'scope').length > 0 && { scopes: texts(options, 'scope') }),
      ...(texts(options, 'connector').length > 0 && { connectors: texts(options, 'connector') }),
      ...(whole(options, 'days') !== undefined && { days: whole(options, 'days') }),
      ...(options.member !== undefined && { member: options.member }),
    }),
    {
      options: {
        '--scope <scope>...': 'read, run, write or admin',
        '--connector <name>...': 'the only ones that it opens',
        '--days <n>': 'how long it is good for (90)',
        '--member <id>': 'for another member',
      },
    },
  ),
  remove('tokens delete <id>', 'deleteToken', 'Revoke a token', 'id', 'Revoked', {
    options: { '--member <id>': 'of another member' },
  }),
  list(
    'members list',
    'listMembers',
    'List everyone who was ever let in or given a role',
    '',
    'id name role disabled lastSeen',
  ),
  send(
    'members set <id> <role>',
    'putMember',
    'Give a member a role: viewer, editor or admin',
    'id',
    (options, [, role]) => ({
      role,
      disabled: options.disabled === true,
      ...(options.name !== undefined && { name: options.name }),
    }),
    { options: { '--name <name>': 'what they are called', '--disabled': 'shut them out' } },
  ),
  list('audit list', 'listAudit', 'List who did what, the newest first', '', 'at caller operation things status code', {
    most: 100,
    options: {
      '--by <id>': 'only by this caller',
      '--operation <text>': 'text in the method and path',
      '--thing <text>': 'text in what it was done to',
      '--refused <bool>': 'true: only what failed',
      '--since <instant>': 'from then on',
      '--until <instant>': 'before then',
    },
  }),
  list('search <text>', 'search', 'Find things that you may see by their names', 'q', 'name kind title uid', {
    most: 20,
    options: { '--kind <kind>': 'connector, datasource, dataset, pipeline, folder or file' },
  }),
]
