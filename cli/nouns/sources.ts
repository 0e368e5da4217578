import type { Command } from '../command.ts'
import { get, list } from './operated.ts'

const run = () => import('../run/sources.ts')

export const sourceCommands: readonly Command[] = [
  list('sources list', 'listSources', 'List the sources', '', 'name title kind capabilities', {
    options: { '--kind <kind>': 'only of this kind', '--search <text>': 'text in the name or the title' },
  }),
  get('sources get <source>', 'getSource', 'Show one source', 'source'),
  list('databases list <source>', 'listDatabases', 'List the databases of a source’s server', 'source', 'name'),
  list(
    'tables list <source>',
    'listTables',
    'List the tables of a source',
    'source',
    'table kind estimate bytes comment',
    {
      options: {
        '--schema <schema>': 'only of this schema',
        '--database <name>': 'another database of the server',
        '--search <text>': 'text in the name',
      },
    },
  ),
  {
    usage: 'tables get <source/table>',
    summary: 'Show the columns of a table',
    run: async () => (await run()).describeTable,
  },
  {
    usage: 'files list <source> [prefix]',
    summary: 'List the files of a source, a level at a time',
    options: { '--recursive': 'all below the prefix' },
    run: async () => (await run()).listFiles,
  },
  {
    usage: 'files cat <source/path>',
    summary: 'Write the bytes of a file to standard output',
    options: { '--range <begin,end>': 'only these bytes, the end not included' },
    run: async () => (await run()).catFile,
  },
  {
    usage: 'files get <source/path> [file]',
    summary: 'Save a file of a source, by default under its own name here',
    run: async () => (await run()).getFile,
  },
  { usage: 'files size <source/path>', summary: 'Tell the size of a file', run: async () => (await run()).sizeOfFile },
  {
    usage: 'files link <source/path>',
    summary: 'Give an address that gives the bytes without a token for a while, where the source can sign one',
    options: { '--seconds <n>': 'how long it is good for (300)' },
    run: async () => (await run()).linkFile,
  },
  list(
    'operations list <source>',
    'listSourceOperations',
    'List the operations of a source',
    'source',
    'operationId tag method path summary',
    {
      options: { '--tag <tag>': 'only with this tag', '--search <text>': 'text in the id, the path or the summary' },
    },
  ),
  get(
    'operations get <source> <operation>',
    'describeSourceOperation',
    'Show the parameters and the body of an operation',
    'source operationId',
  ),
  {
    usage: 'operations call <source> <operation> [parameter=value...]',
    summary: 'Call an operation of a source; the credential is applied by the server',
    options: { '--body <json>': 'JSON, @file, or - for standard input' },
    more: 'Example: headgate operations call petstore findPetsByStatus status=available',
    run: async () => (await run()).callOperation,
  },
]
