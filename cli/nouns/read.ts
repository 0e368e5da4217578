import type { Command } from '../command.ts'

const window = {
  '--select <columns>': 'a,b or a JSON list',
  '--where <condition>': `"status = 'ok' and n > 3", or JSON`,
  '--order <columns>': 'a,-b: - before a descending one',
  '-n, --limit <rows>': 'at most so many',
  '--version <number>': 'of a dataset: this version',
  '--as-of <instant>': 'of a dataset: the version that was there then',
}

const read = () => import('../run/read.ts')

/** What people do every day: looking at rows and taking them along. */
export const readCommands: readonly Command[] = [
  {
    usage: 'head <what>',
    summary: 'Show the first rows of source/table, of a dataset, or of headgate://source/file',
    options: { ...window, '-n, --limit <rows>': 'so many (10)' },
    more: 'Example: headgate head data-warehouse-sql/experiments --select title,status -n 3',
    run: async () => (await read()).head,
  },
  {
    usage: 'pull <what>',
    summary: 'Take the rows of source/table, of a dataset, or of headgate://source/file',
    options: window,
    more: `Examples: headgate pull data-warehouse-sql/experiments -o experiments.parquet
          headgate pull data-warehouse-sql/experiments --where "yield_percent > 90" | jq .title`,
    run: async () => (await read()).pull,
  },
  {
    usage: 'query <source> [sql]',
    summary: 'Run a reading SQL query, where the connector allows it; without sql it is read from standard input',
    options: { '--parameter <value>...': 'the value of $1, then of $2, …', '--limit <rows>': 'at most so many' },
    run: async () => (await read()).query,
  },
]
