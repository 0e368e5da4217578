import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alarms, counted } from '../../infra/alarms.ts'
import { alarms as paid } from '../../infra/cost.ts'
import { root } from '../support/code.ts'
import { matchesLine } from './filter-pattern.ts'
import { functionOf, type Json, ofType, only, resources } from './synthesized.ts'

const at = {
  namespace: 'Headgate/Headgate',
  apiName: 'Headgate',
  stageName: 'v1',
  worker: 'Headgate-extractPartition',
  scheduleGroup: 'group',
  failuresQueue: 'queue',
}
const filters = ofType('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties)
const deployed = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)

/** A line for each metric that is counted in a log, as the functions and the API write it, and one that is not counted. */
const lines: Readonly<Record<keyof typeof counted, readonly [fires: object, silent: object]>> = {
  SnapshotsTaken: [
    { message: 'Worked at a snapshot', outcome: 'done' },
    { message: 'Worked at a snapshot', outcome: 'failed' },
  ],
  SnapshotsFailed: [
    { message: 'Worked at a snapshot', outcome: 'failed' },
    { message: 'Answered', outcome: 'failed' },
  ],
  SnapshotsResumed: [
    { message: 'Started snapshots again', started: 2 },
    { message: 'Started snapshots again', started: 0 },
  ],
  SchedulesMissed: [{ message: 'A schedule was not woken' }, { message: 'Woke a schedule' }],
  Failures: [
    { level: 'ERROR', message: 'The function failed' },
    { level: 'WARN', message: 'x' },
  ],
  Crashes: [
    { type: 'platform.report', record: { requestId: 'a', status: 'timeout', metrics: { durationMs: 29_000 } } },
    { type: 'platform.report', record: { requestId: 'a', status: 'success', metrics: { durationMs: 12.3 } } },
  ],
  AuthorizerFailures: [
    { error: 'AUTHORIZER_FAILURE', status: '500' },
    { error: 'UNAUTHORIZED', status: '401' },
  ],
}

/**
 * What has to be told of, and by which alarms, each with what raises it: a line of a log that some code writes (`lines` above
 * has it), or a number of AWS's own that went past what is borne.
 */
const told: Readonly<Record<string, readonly string[]>> = {
  'failed snapshots': ['SnapshotsFailed'],
  'late snapshots': ['SnapshotsLate', 'SchedulesMissed'],
  errors: ['Failures', 'Crashes', 'ApiErrors'],
  throttles: ['Throttled', 'ManyWorkers'],
  'the dead letter queue': ['DeadEvents'],
  'scheduler failures': ['ScheduleErrors', 'ScheduleDrops'],
  'the authorizer': ['AuthorizerFailures'],
}

/** Where a line that is counted is written, but those that Lambda and API Gateway write. */
const written: Readonly<Record<string, string>> = {
  SnapshotsTaken: 'functions/run-snapshot.ts',
  SnapshotsFailed: 'functions/run-snapshot.ts',
  SnapshotsResumed: 'functions/tidy.ts',
  SchedulesMissed: 'functions/tidy.ts',
  Failures: 'functions/job.ts',
}

describe('the alarms', () => {
  it('tell of everything that there is to tell of, and of nothing else', () => {
    expect(Object.values(told).flat().toSorted()).toEqual(Object.keys(alarms(at)).toSorted())
  })

  it.each(Object.entries(written))('%s: the line is one that the code writes', (name, file) => {
    const { message } = lines[name]![0] as { readonly message: string }
    expect(readFileSync(join(root, file), 'utf8')).toContain(`'${message}'`)
    const ours = Object.keys(counted).filter((each) => counted[each]!.log === 'functions' && each !== 'Crashes')
    expect(ours).toEqual(Object.keys(written))
  })

  it.each(Object.entries(alarms(at)))(
    '%s goes out at one more than it bears, and not before',
    (_, { moreThan, metric }) => {
      const isRaised = (points: readonly number[]) => {
        const value =
          metric.statistic === 'Maximum' ? Math.max(...points) : points.reduce((sum, point) => sum + point, 0)
        return points.length > 0 && value > moreThan
      }
      expect(isRaised([moreThan])).toBe(false)
      expect(isRaised([moreThan + 1])).toBe(true)
      expect(isRaised([])).toBe(false)
    },
  )

  it.each(Object.keys(counted))(
    '%s: the filter of the template counts the lines that it should, and no other',
    (name) => {
      const filter = filters.find(({ MetricTransformations: [{ MetricName }] }) => MetricName === name)
      expect(filter.MetricTransformations[0]).toMatchObject({ MetricNamespace: at.namespace, MetricValue: '1' })
      const group = resources[filter.LogGroupName.Ref]!.Properties.LogGroupName
      expect(group === '/headgate/Headgate' ? 'functions' : 'api').toBe(counted[name]!.log)
      const [fires, silent] = lines[name]!
      expect(matchesLine(filter.FilterPattern, fires)).toBe(true)
      expect(matchesLine(filter.FilterPattern, silent)).toBe(false)
    },
  )

  it.each(Object.entries(alarms(at)))(
    '%s is raised by one more than it bears, not by silence, and tells what to do',
    (name, of) => {
      const alarm: Json = deployed.find(({ AlarmName }) => AlarmName === `Headgate-${name}`)
      expect(alarm).toMatchObject({
        MetricName: of.metric.metricName,
        Namespace: of.metric.namespace,
        Threshold: of.moreThan,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        EvaluationPeriods: 1,
        Period: of.minutes * 60,
        AlarmDescription: of.tells,
      })
      expect(alarm.AlarmActions).toEqual([{ Ref: only('AWS::SNS::Topic')[0] }])
    },
  )

  it('look at metrics that somebody sends', () => {
    const own = new Set(filters.map(({ MetricTransformations: [{ MetricName }] }) => MetricName))
    for (const { Namespace, MetricName, Dimensions = [] } of deployed) {
      if (Namespace === at.namespace) expect(own, MetricName).toContain(MetricName)
      for (const { Name, Value } of Dimensions) {
        const target = resources[Value.Ref ?? Value['Fn::GetAtt']?.[0]]
        if (Name === 'FunctionName') expect(target).toBe(functionOf('extractPartition'))
        if (Name === 'QueueName') expect(target?.Type).toBe('AWS::SQS::Queue')
        if (Name === 'ScheduleGroup') expect(target?.Type).toBe('AWS::Scheduler::ScheduleGroup')
        if (Name === 'ApiName') expect(Value).toBe(only('AWS::ApiGateway::RestApi')[1].Properties.Name)
      }
    }
    expect(deployed).toHaveLength(Object.keys(alarms(at)).length)
    expect(paid).toBe(deployed.length)
  })

  it('are on a dashboard, with the newest failures', () => {
    const body = JSON.stringify(only('AWS::CloudWatch::Dashboard')[1].Properties.DashboardBody)
    for (const metric of Object.keys(counted)) expect(body).toContain(metric)
    expect(body).toContain('filter level')
  })
})
