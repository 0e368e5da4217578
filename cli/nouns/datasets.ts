import type { Command } from '../command.ts'
import { get, list, remove, send } from './operated.ts'

const run = () => import('../run/datasets.ts')

const version = (args: readonly (string | undefined)[], more: object = {}) => ({ version: Number(args[1]), ...more })

export const snapshotCommands: readonly Command[] = [
  {
    usage: 'snapshots take <datasource> [other...]',
    summary: 'Take a snapshot and watch it to its end; of several datasources as of one moment',
    options: {
      '--no-wait': 'return at once',
      '--accept-drift': 'publish changed columns in any case',
      '--full': 'read everything, not only what is new',
    },
    more: 'Several must be of one connector. They become versions at once, or none does.',
    run: async () => (await run()).takeSnapshot,
  },
  get('snapshots group <id>', 'getGroup', 'Show a group of snapshots that are taken as of one moment', 'id'),
  list(
    'snapshots list <datasource>',
    'listSnapshots',
    'List the snapshots of a datasource, the newest first',
    'name',
    'id state version rows bytes requested requestedBy',
    {
      most: 100,
      options: { '--state <state>': 'only of this state' },
    },
  ),
  get('snapshots get <id>', 'getSnapshot', 'Show one snapshot', 'id'),
  {
    usage: 'snapshots watch <id>',
    summary: 'Watch a snapshot to its end',
    run: async () => (await run()).watchSnapshot,
  },
  send(
    'snapshots cancel <id>',
    'cancelSnapshot',
    'Cancel a snapshot; a running one ends within seconds',
    'id',
    () => ({}),
  ),
]

const schedules = () => import('../run/schedules.ts')

const scheduleCommands: readonly Command[] = [
  list(
    'schedules list',
    'listSchedules',
    'List the schedules, each with its next time',
    '',
    'datasource words next paused last.state',
  ),
  {
    usage: 'schedules get <datasource>',
    summary: 'Show the schedule of a datasource, with its next five times',
    run: async () => (await schedules()).getSchedule,
  },
  {
    usage: 'schedules set <datasource>',
    summary: 'Have snapshots of a datasource taken by a schedule',
    options: {
      '--every <time>': '15m, 2h, 1d, 1w, hourly, daily or weekly',
      '--cron <expression>': 'five fields: "30 2 * * MON-FRI"',
      '--at <time>': 'once: 2026-03-29T02:30',
      '--from <instant>': 'of --every: the first time',
      '--time-zone <zone>': 'Europe/Berlin (UTC)',
      '--catch-up <what>': 'of missed times: none, last or all',
      '--overlap <what>': 'where the one before still runs: skip, queue or replace',
      '--paused': 'not yet',
    },
    more: 'Example: headgate schedules set movies --cron "30 2 * * MON-FRI" --time-zone Europe/Berlin',
    run: async () => (await schedules()).setSchedule,
  },
  {
    usage: 'schedules pause <datasource>',
    summary: 'Stop a schedule for a while',
    run: async () => (await schedules()).pauseSchedule,
  },
  {
    usage: 'schedules resume <datasource>',
    summary: 'Let a schedule go on',
    run: async () => (await schedules()).resumeSchedule,
  },
  remove(
    'schedules delete <datasource>',
    'deleteSchedule',
    'Have snapshots of a datasource taken by hand alone',
    'name',
    'Deleted',
  ),
]

export const datasetCommands: readonly Command[] = [
  ...scheduleCommands,
  ...snapshotCommands,
  list(
    'runs list',
    'listRuns',
    'List the snapshots of all datasources, those asked for last first',
    '',
    'id datasource state version rows requested error.code',
    {
      most: 100,
      options: {
        '--state <state>': 'only of this state',
        '--datasource <name>': 'only of this datasource',
        '--since <instant>': 'only those asked for since',
      },
    },
  ),
  ...snapshotCommands
    .filter(({ usage }) => !usage.startsWith('snapshots list'))
    .map((command) => ({ ...command, usage: command.usage.replace('snapshots', 'runs') })),
  {
    usage: 'datasets upload <name> <file>',
    summary: 'Make a dataset, or its next version, of a file',
    options: {
      '--title <title>': 'what people read',
      '--parse <as>': 'csv, tsv, ndjson, json, parquet, or none, which keeps the bytes',
      '--csv <json>': '{"delimiter":";"}',
      '--schema <json>': 'types of columns: {"price":"decimal(10,2)"}',
      '--parts <format>': 'what the parts are: parquet, csv or ndjson',
      '--drift <policy>': 'when columns change: evolve, freeze or pause',
      '--no-wait': 'return at once',
    },
    more: 'Example: headgate datasets upload orders orders.csv',
    run: async () => (await run()).uploadDataset,
  },
  list('datasets list', 'listDatasets', 'List the datasets', '', 'name title latest updated', {
    options: { '--search <text>': 'text in the name or the title' },
  }),
  get('datasets get <dataset>', 'getDataset', 'Show one dataset and the version that is read', 'name'),
  list(
    'datasets versions <dataset>',
    'listVersions',
    'List the versions, the newest first',
    'name',
    'version rows bytes format published pinned expires',
    { most: 100 },
  ),
  get('datasets manifest <dataset> <version>', 'getVersion', 'Show the manifest of a version', 'name version'),
  {
    usage: 'datasets diff <dataset> <version> [other]',
    summary: 'Tell how the columns of a version differ from another, by default the one before',
    run: async () => (await run()).diffVersions,
  },
  {
    usage: 'datasets statistics <dataset>',
    summary: 'Count what is in the columns of a version, over all its rows',
    options: {
      '--select <columns>': 'a,b or a JSON list',
      '--where <condition>': `"status = 'ok' and n > 3", or JSON`,
      '--version <number>': 'this version',
      '--as-of <instant>': 'the version that was there then',
    },
    more: 'As JSON it has the most frequent values, or ranges with their counts, of every column too.',
    run: async () => (await import('../run/read.ts')).statistics,
  },
  list(
    'datasets files <dataset>',
    'listFiles',
    'List the files of a version, each with an address that gives its bytes',
    'name',
    'name rows bytes sha256',
    {
      options: { '--version <number>': 'this version', '--as-of <instant>': 'the version that was there then' },
    },
  ),
  {
    usage: 'datasets download <dataset> [file]',
    summary: 'Save a version as one file',
    options: {
      '--version <number>': 'this version',
      '--as-of <instant>': 'the version that was there then',
      '--as <format>': 'parquet, csv, ndjson or zip; by default by the ending of the file',
    },
    run: async () => (await run()).downloadDataset,
  },
  send(
    'datasets rollback <dataset> <version>',
    'rollBackDataset',
    'Make another version the one that is read',
    'name',
    (_, args) => version(args),
  ),
  send(
    'datasets pin <dataset> <version>',
    'pinVersion',
    'Keep a version whatever the retention says',
    'name',
    (_, args) => version(args, { pinned: true }),
  ),
  send(
    'datasets unpin <dataset> <version>',
    'pinVersion',
    'Leave a version to the retention again',
    'name',
    (_, args) => version(args, { pinned: false }),
  ),
  {
    usage: 'datasets verify <dataset> [version]',
    summary: 'Read a version whole and compare it with its manifest',
    run: async () => (await run()).verifyDataset,
  },
  get(
    'datasets retention <dataset>',
    'previewRetention',
    'Tell which versions a retention lets go; nothing is changed',
    'name',
    {
      options: { '--keep-last <n>': 'were the last n kept', '--keep-days <n>': 'were younger ones kept' },
    },
  ),
  remove(
    'datasets delete-version <dataset> <version>',
    'deleteVersion',
    'Delete a version; its number is not given again',
    'name version',
    'Deleted',
  ),
  remove('datasets delete <dataset>', 'deleteDataset', 'Delete a dataset with all its versions', 'name', 'Deleted'),
]
