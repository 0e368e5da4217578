/** Prices of AWS in the region us-east-1 in US dollars, without any free allowance: docs/costs.md says where they are from. */
export const prices = {
  /** In its first year; a dollar more after each of the first two times that it is turned over. */
  keyMonth: 1,
  lambdaRequest: 0.2e-6,
  /** A GB for a second, on arm64. */
  lambdaGbSecond: 0.0000133334,
  apiRequest: 3.5e-6,
  cloudFrontRequest: 1e-6,
  gbOut: 0.085,
  tableRead: 0.125e-6,
  tableWrite: 0.625e-6,
  tableGbMonth: 0.25,
  /** Continuous backups of the table. */
  backupGbMonth: 0.2,
  storageGbMonth: 0.023,
  storagePut: 5e-6,
  storageGet: 0.4e-6,
  logGb: 0.5,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  scheduleInvocation: 1e-6,
  trace: 5e-6,
} as const

export interface Use {
  /** Calls of the API a month. */
  readonly requests: number
  /** Rows that snapshots copy a month, and bytes of a row in Parquet. */
  readonly rows: number
  readonly bytesPerRow: number
  /** Rows that one worker copies a second. */
  readonly rowsPerSecond: number
  /** Schedules, and how often each is due a month. */
  readonly schedules: number
  readonly runsPerSchedule: number
  /** GB that are kept, on average over the month. */
  readonly gbKept: number
  /** GB that leave AWS a month. */
  readonly gbOut: number
}

export interface CostLine {
  readonly what: string
  /** The arithmetic, as a person would write it. */
  readonly how: string
  readonly dollars: number
}

export const idle: Use = {
  requests: 0,
  rows: 0,
  bytesPerRow: 50,
  rowsPerSecond: 200_000,
  schedules: 0,
  runsPerSchedule: 0,
  gbKept: 0,
  gbOut: 0,
}

/** Those of infra/alarms.ts. */
export const alarms = 12

/** DynamoDB counts a write within a transaction twice, and all of ours are. */
const unitsPerWrite = 2

/** Calls of the catalog and of S3 around one snapshot: its records, its parts, its manifest. */
const snapshotWrites = 12
const snapshotReads = 30
const partBytes = 64e6

const memoryGb = { answer: 1, worker: 1.769 }
const answerSeconds = 0.1
const bytesPerLogLine = 600

/** What a month costs, a line for each thing that costs. */
export function monthlyCost(use: Use): readonly CostLine[] {
  const runs = use.schedules * use.runsPerSchedule
  const workerSeconds = use.rows / use.rowsPerSecond + runs * 2
  const gbWritten = (use.rows * use.bytesPerRow) / 1e9
  const parts = Math.ceil((use.rows * use.bytesPerRow) / partBytes) + runs * 2
  const invocations = use.requests * 2 + runs * 2
  const line = (what: string, how: string, dollars: number): CostLine => ({ what, how, dollars })
  return [
    line('the key of the secrets', '1 key × $1', prices.keyMonth),
    line('alarms', `${alarms} × $${prices.alarmMonth}`, alarms * prices.alarmMonth),
    line(
      'metrics of the logs',
      `${use.requests + runs > 0 ? 7 : 0} × $${prices.metricMonth}`,
      use.requests + runs > 0 ? 7 * prices.metricMonth : 0,
    ),
    line(
      'tidying',
      '844 invocations × 1 GB × 2 s',
      844 * 2 * prices.lambdaGbSecond + 844 * (prices.lambdaRequest + prices.scheduleInvocation),
    ),
    line(
      'requests',
      `${use.requests} × (CloudFront + API + 2 functions of 1 GB for ${answerSeconds} s)`,
      use.requests * (prices.cloudFrontRequest + prices.apiRequest + prices.trace * 0.05) +
        use.requests * 2 * (prices.lambdaRequest + answerSeconds * memoryGb.answer * prices.lambdaGbSecond),
    ),
    line(
      'the catalog',
      `${use.requests} × 3 reads + ${runs} × (${snapshotReads} reads + ${snapshotWrites} writes of ${unitsPerWrite} units)`,
      (use.requests * 3 + runs * snapshotReads) * prices.tableRead +
        (use.requests * 0.2 + runs * snapshotWrites) * unitsPerWrite * prices.tableWrite,
    ),
    line(
      'snapshots',
      `${use.rows} rows ÷ ${use.rowsPerSecond}/s + ${runs} × 2 s, of ${memoryGb.worker} GB`,
      workerSeconds * memoryGb.worker * prices.lambdaGbSecond + runs * 2 * prices.lambdaRequest,
    ),
    line('schedules', `${runs} × $${prices.scheduleInvocation * 1e6} a million`, runs * prices.scheduleInvocation),
    line('writing parts', `${parts} puts`, parts * prices.storagePut),
    line(
      'keeping data',
      `${round(use.gbKept + gbWritten)} GB × $${prices.storageGbMonth}`,
      (use.gbKept + gbWritten) * prices.storageGbMonth,
    ),
    line(
      'logs',
      `${invocations} lines × ${bytesPerLogLine} bytes`,
      ((invocations * bytesPerLogLine) / 1e9) * prices.logGb,
    ),
    line('data that leaves AWS', `${use.gbOut} GB × $${prices.gbOut}`, use.gbOut * prices.gbOut),
  ]
}

export const totalOf = (lines: readonly CostLine[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0)

const round = (value: number): number => Math.round(value * 1000) / 1000
