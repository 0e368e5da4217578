import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A table of the `vega-datasets` package, small enough to be there when the server is ready. */
export interface PublicTable {
  readonly create: string
  readonly copy: string
  /** Rows in the text format of COPY. */
  rows(): AsyncIterable<string>
}

export const vegaFile = (name: string): string =>
  fileURLToPath(new URL(`../data/${name}`, import.meta.resolve('vega-datasets')))

const weather: PublicTable = {
  create: `
    CREATE TABLE weather (
      location text NOT NULL, date date NOT NULL, precipitation numeric(6,1) NOT NULL,
      temp_max numeric(6,1) NOT NULL, temp_min numeric(6,1) NOT NULL, wind numeric(6,1) NOT NULL, weather text NOT NULL,
      PRIMARY KEY (location, date)
    );
    COMMENT ON TABLE weather IS 'Daily weather of Seattle and New York, 2012 to 2015 (NOAA, by vega-datasets)';
    COMMENT ON COLUMN weather.precipitation IS 'mm';
    COMMENT ON COLUMN weather.wind IS 'm/s';`,
  copy: 'COPY weather FROM STDIN',
  async *rows() {
    let isHeader = true
    for await (const line of createInterface({ input: createReadStream(vegaFile('weather.csv')) })) {
      if (!isHeader && line !== '') yield copyRow(line.split(','))
      isHeader = false
    }
  },
}

const movieFields = {
  title: ['text', 'Title'],
  us_gross: ['bigint', 'US Gross'],
  worldwide_gross: ['bigint', 'Worldwide Gross'],
  us_dvd_sales: ['bigint', 'US DVD Sales'],
  production_budget: ['bigint', 'Production Budget'],
  release_date: ['date', 'Release Date'],
  mpaa_rating: ['text', 'MPAA Rating'],
  running_minutes: ['integer', 'Running Time min'],
  distributor: ['text', 'Distributor'],
  source: ['text', 'Source'],
  major_genre: ['text', 'Major Genre'],
  creative_type: ['text', 'Creative Type'],
  director: ['text', 'Director'],
  rotten_tomatoes_rating: ['integer', 'Rotten Tomatoes Rating'],
  imdb_rating: ['numeric(3,1)', 'IMDB Rating'],
  imdb_votes: ['integer', 'IMDB Votes'],
} as const

const movies: PublicTable = {
  create: `
    CREATE TABLE movies (movie_id integer PRIMARY KEY, ${Object.entries(movieFields)
      .map(([name, [type]]) => `${name} ${type}`)
      .join(', ')});
    COMMENT ON TABLE movies IS 'Movies with what they cost and earned, with the mistakes this data is known for (by vega-datasets)';
    COMMENT ON COLUMN movies.movie_id IS 'The position in the file, from 1';
    COMMENT ON COLUMN movies.worldwide_gross IS 'US dollars';`,
  copy: 'COPY movies FROM STDIN',
  async *rows() {
    const all = JSON.parse(await readFile(vegaFile('movies.json'), 'utf8')) as Record<string, string | number | null>[]
    for (const [i, movie] of all.entries())
      yield copyRow([i + 1, ...Object.values(movieFields).map(([, field]) => movie[field] ?? null)])
  },
}

export const publicTables: readonly PublicTable[] = [weather, movies]

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One line of COPY's text format. */
export const copyRow = (values: readonly (string | number | null)[]): string =>
  `${values.map((value) => (value === null ? '\\N' : String(value).replace(/[\\\n\r\t]/g, (c) => escapes[c]!))).join('\t')}\n`
