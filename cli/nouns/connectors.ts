import type { Command } from '../command.ts'
import { get, list, remove } from './operated.ts'

const run = () => import('../run/connectors.ts')

const credential = {
  '--credential <json>': 'the credential as @file, or - for standard input; never as an argument',
  '--credential-env <name=VARIABLE>...': 'a field of the credential, from the environment: password=PGPASSWORD',
}

const connector = {
  '--title <title>': 'what people read',
  '--from-url <where>': 'a connection URL, as @file or - for standard input',
  '--from-url-env <VARIABLE>': 'a connection URL, from the environment: DATABASE_URL',
  '--config <name=value>...': 'a field of its config, as its kind has it: host=db.example.org',
  ...credential,
  '--allow-query': 'let readers run their own reading SQL',
  '--allow-write': 'let exporters write with its credential',
  '--forbid-write': 'let nobody write with it any more',
  '--budget <n>': 'connections to the remote side at once',
}

const datasource = {
  '--title <title>': 'what people read',
  '--table <table>': 'the table to copy',
  '--sql <query>': 'the query to copy, or @file',
  '--path <path>': 'the file to copy',
  '--selection <json>': 'what exactly to copy, as the kind has it: JSON, @file or -',
  '--parts <format>': 'what the parts are: parquet, csv or ndjson',
  '--compression <how>': 'how CSV and NDJSON parts are packed: none, gzip or zstd',
  '--strategy <what>': 'full, objects, or of what is new append or merge',
  '--grows <column>': 'of append and merge: the column that grows with every change',
  '--key <columns>': 'of merge: the columns that tell rows apart (the primary key)',
  '--deletes': 'of merge: let rows go that are gone at the source',
  '--drift <policy>': 'when columns change: evolve, freeze or pause',
  '--keep-last <n>': 'let older versions go but the last n',
  '--keep-days <n>': 'let versions go that are older',
  '--skip-unchanged': 'take no snapshot where nothing changed',
  '--priority <n>': 'who gets scarce connections first: -100 to 100, the higher one',
  '--reuse-unchanged': 'where nothing changed make a version of the parts there are',
}

export const connectorCommands: readonly Command[] = [
  list('kinds list', 'listKinds', 'List the kinds of connectors', '', 'kind title capabilities'),
  {
    usage: 'kinds get <kind>',
    summary: 'Show the fields that a kind wants, as JSON Schemas',
    run: async () => (await run()).getKind,
  },
  list(
    'connectors list',
    'listConnectors',
    'List the connectors',
    '',
    'name title kind hasCredential allowQuery allowWrite updated',
  ),
  get('connectors get <connector>', 'getConnector', 'Show one connector', 'name'),
  {
    usage: 'connectors create <name>',
    summary: 'Create a connector',
    options: { '--kind <kind>': 'postgres, mysql, s3, ftp, sftp, http, openapi, custom', ...connector },
    more: `Example: headgate connectors create lab --kind postgres --config host=db.example.org --config database=lab \\
           --config user=reader --credential-env password=PGPASSWORD`,
    run: async () => (await run()).createConnector,
  },
  {
    usage: 'connectors update <connector>',
    summary: 'Change what is said of a connector; the rest stays',
    options: connector,
    run: async () => (await run()).updateConnector,
  },
  remove(
    'connectors delete <connector>',
    'deleteConnector',
    'Delete a connector and its credential',
    'name',
    'Deleted',
  ),
  {
    usage: 'connectors check [connector]',
    summary: 'Check a connector, or with --kind values that are not saved, stage by stage',
    options: {
      '--kind <kind>': 'check these values instead',
      '--config <name=value>...': 'a field of the config',
      ...credential,
      '--within <ms>': 'how long it may take (10000)',
    },
    run: async () => (await run()).checkConnector,
  },
  list(
    'datasources list',
    'listDatasources',
    'List the datasources',
    '',
    'name title connector format paused updated',
    {
      options: { '--connector <name>': 'only of this connector', '--search <text>': 'text in the name or the title' },
    },
  ),
  get('datasources get <datasource>', 'getDatasource', 'Show one datasource', 'name'),
  {
    usage: 'datasources create <name> <connector>',
    summary: 'Create a datasource: exactly what a snapshot copies',
    options: datasource,
    more: 'Example: headgate datasources create experiments data-warehouse-sql --table experiments',
    run: async () => (await run()).createDatasource,
  },
  {
    usage: 'datasources update <datasource>',
    summary: 'Change what is said of a datasource; the rest stays',
    options: {
      ...datasource,
      '--connector <name>': 'another connector',
      '--pause': 'its schedule copies nothing',
      '--resume': 'its schedule copies again',
    },
    run: async () => (await run()).updateDatasource,
  },
  remove(
    'datasources delete <datasource>',
    'deleteDatasource',
    'Delete a datasource; its dataset stays',
    'name',
    'Deleted',
  ),
  {
    usage: 'datasources check <datasource>',
    summary: 'Check whether a snapshot could read it now, stage by stage',
    options: { '--within <ms>': 'how long it may take (10000)' },
    run: async () => (await run()).checkDatasource,
  },
  {
    usage: 'datasources preview <datasource>',
    summary: 'Show the first rows of exactly what a snapshot would copy',
    options: { '-n, --limit <rows>': 'so many (10)' },
    run: async () => (await import('../run/read.ts')).preview,
  },
]
