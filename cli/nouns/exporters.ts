import type { Command } from '../command.ts'
import { get, list, remove, send } from './operated.ts'

const run = () => import('../run/exporters.ts')

const exporter = {
  '--title <title>': 'what people read',
  '--path <path>': 'the file, or with / at its end the folder',
  '--table <table>': 'the table',
  '--mode <mode>': 'of files safe, replace or timestamp; of tables replace or append',
  '--as <format>': 'what a file is: csv, ndjson, json, parquet or arrow',
}

export const exporterCommands: readonly Command[] = [
  list('exporters list', 'listExporters', 'List the exporters', '', 'name title connector path table mode updated', {
    options: { '--connector <name>': 'only of this connector' },
  }),
  get('exporters get <exporter>', 'getExporter', 'Show one exporter', 'name'),
  {
    usage: 'exporters create <name> <connector>',
    summary: 'Create an exporter: a place that datasets are written to',
    options: exporter,
    more: `Example: headgate exporters create prices-out bucket --path outgoing/prices.csv --mode replace`,
    run: async () => (await run()).createExporter,
  },
  {
    usage: 'exporters update <exporter>',
    summary: 'Change what is said of an exporter; the rest stays',
    options: { ...exporter, '--connector <name>': 'another connector' },
    run: async () => (await run()).updateExporter,
  },
  remove(
    'exporters delete <exporter>',
    'deleteExporter',
    'Delete an exporter; what it has written stays',
    'name',
    'Deleted',
  ),
  {
    usage: 'exporters run <exporter> <dataset>',
    summary: 'Write a version of a dataset there, and watch it to its end',
    options: {
      '--version <number>': 'this version (the one that is read now)',
      '--as <format>': 'instead of the exporter’s: csv, ndjson, json, parquet or arrow',
      '--no-wait': 'return at once',
    },
    run: async () => (await run()).runExporter,
  },
  list(
    'exports list <exporter>',
    'listExports',
    'List the exports of an exporter, the newest first',
    'name',
    'id dataset version state rows target requested error.code',
    { most: 100, options: { '--state <state>': 'only of this state' } },
  ),
  get('exports get <id>', 'getExport', 'Show one export, with its log', 'id'),
  {
    usage: 'exports watch <id>',
    summary: 'Watch an export to its end',
    run: async () => (await run()).watchExport,
  },
  send('exports cancel <id>', 'cancelExport', 'Cancel an export; nothing of it is seen', 'id', () => ({})),
]
