import { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type IFilterPattern } from 'aws-cdk-lib/aws-logs'

/** Lines of the functions' log, and of the API's, that are counted. */
export const counted: Readonly<
  Record<string, { readonly log: 'functions' | 'api'; readonly pattern: IFilterPattern }>
> = {
  SnapshotsTaken: { log: 'functions', pattern: worked('done') },
  SnapshotsFailed: { log: 'functions', pattern: worked('failed') },
  SnapshotsResumed: {
    log: 'functions',
    pattern: FilterPattern.all(
      FilterPattern.stringValue('$.message', '=', 'Started snapshots again'),
      FilterPattern.numberValue('$.started', '>', 0),
    ),
  },
  SchedulesMissed: {
    log: 'functions',
    pattern: FilterPattern.stringValue('$.message', '=', 'A schedule was not woken'),
  },
  Failures: { log: 'functions', pattern: FilterPattern.stringValue('$.level', '=', 'ERROR') },
  // Lambda's own last line of an invocation: a function that ran out of time or memory writes none itself.
  Crashes: {
    log: 'functions',
    pattern: FilterPattern.all(
      FilterPattern.stringValue('$.type', '=', 'platform.report'),
      FilterPattern.stringValue('$.record.status', '!=', 'success'),
    ),
  },
  AuthorizerFailures: {
    log: 'api',
    pattern: FilterPattern.any(
      FilterPattern.stringValue('$.error', '=', 'AUTHORIZER_FAILURE'),
      FilterPattern.stringValue('$.error', '=', 'AUTHORIZER_CONFIGURATION_ERROR'),
    ),
  },
}

function worked(outcome: string): IFilterPattern {
  return FilterPattern.all(
    FilterPattern.stringValue('$.message', '=', 'Worked at a snapshot'),
    FilterPattern.stringValue('$.outcome', '=', outcome),
  )
}

/** What the metrics of AWS itself are asked of. */
export interface Watched {
  /** Of the metrics that are counted in logs. */
  readonly namespace: string
  readonly apiName: string
  readonly stageName: string
  readonly worker: string
  readonly scheduleGroup: string
  readonly failuresQueue: string
}

export interface AlarmOf {
  readonly metric: Metric
  /** More than so many in `minutes`. */
  readonly moreThan: number
  readonly minutes: number
  /** What to do, for who reads the mail. */
  readonly tells: string
}

/** Every alarm, by its name. */
export function alarms(at: Watched): Readonly<Record<string, AlarmOf>> {
  const own = (metricName: string) => sum({ namespace: at.namespace, metricName })
  const api = { ApiName: at.apiName, Stage: at.stageName }
  const queue = { QueueName: at.failuresQueue }
  const group = { ScheduleGroup: at.scheduleGroup }
  return {
    SnapshotsFailed: alarm(own('SnapshotsFailed'), 'Snapshots fail: GET /v1/snapshots of the datasource says why.'),
    SnapshotsLate: alarm(own('SnapshotsResumed'), 'Snapshots had to be started again: their workers died.', 0, 60),
    SchedulesMissed: alarm(own('SchedulesMissed'), 'A schedule could not be woken: the log of tidy says why.', 0, 60),
    Failures: alarm(own('Failures'), 'Functions fail by faults of their own: look for level ERROR in the log.'),
    Crashes: alarm(
      own('Crashes'),
      'A function crashed, or ran out of time or memory: look for type platform.report in the log.',
    ),
    AuthorizerFailures: alarm(own('AuthorizerFailures'), 'Nobody is let in: the log of authorizer says why.'),
    ApiErrors: alarm(
      sum({ namespace: 'AWS/ApiGateway', metricName: '5XXError', dimensionsMap: api }),
      'The API answers 5xx.',
      10,
    ),
    Throttled: alarm(
      sum({ namespace: 'AWS/Lambda', metricName: 'Throttles', dimensionsMap: { FunctionName: at.worker } }),
      'More partitions are to be extracted than `workers`, or the account, lets be at once.',
      100,
      15,
    ),
    ManyWorkers: alarm(
      sum(
        { namespace: 'AWS/Lambda', metricName: 'ConcurrentExecutions', dimensionsMap: { FunctionName: at.worker } },
        Stats.MAXIMUM,
      ),
      'More than 50 partitions are extracted at once: GET /v1/runs says for which snapshots. `workers` bounds them.',
      50,
      15,
    ),
    DeadEvents: alarm(
      sum(
        { namespace: 'AWS/SQS', metricName: 'ApproximateNumberOfMessagesVisible', dimensionsMap: queue },
        Stats.MAXIMUM,
      ),
      'Events failed as often as Lambda tries: read the queue of failures.',
    ),
    ScheduleErrors: alarm(
      sum({ namespace: 'AWS/Scheduler', metricName: 'TargetErrorCount', dimensionsMap: group }),
      'EventBridge Scheduler cannot invoke what it should.',
    ),
    ScheduleDrops: alarm(
      sum({ namespace: 'AWS/Scheduler', metricName: 'InvocationDroppedCount', dimensionsMap: group }),
      'EventBridge Scheduler gave up on an invocation.',
    ),
  }
}

/** How an alarm compares: no data is good news. */
export const comparison = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
  evaluationPeriods: 1,
} as const

const sum = (props: ConstructorParameters<typeof Metric>[0], statistic: string = Stats.SUM) =>
  new Metric({ ...props, statistic })

const alarm = (metric: Metric, tells: string, moreThan = 0, minutes = 5): AlarmOf => ({
  metric: metric.with({ period: Duration.minutes(minutes) }),
  moreThan,
  minutes,
  tells,
})
