import { Stack } from 'aws-cdk-lib'
import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import { Alarm, Dashboard, GraphWidget, type IMetric, LogQueryWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { alarms, comparison, counted, type Watched } from './alarms.ts'
import { fullName, type Settings } from './config.ts'

export interface WatchingProps extends Omit<Watched, 'namespace'> {
  /** The log of the functions, and that of the API. */
  readonly logs: { readonly functions: ILogGroup; readonly api: ILogGroup }
}

/** Counts what the logs tell, raises alarms, and draws it all on one dashboard. */
export class Watching extends Construct {
  readonly dashboardName: string

  constructor(scope: Construct, id: string, settings: Settings, { logs, ...at }: WatchingProps) {
    super(scope, id)
    const namespace = `Headgate/${fullName(settings)}`
    for (const [metricName, { log, pattern }] of Object.entries(counted))
      new MetricFilter(this, metricName, {
        logGroup: logs[log],
        filterPattern: pattern,
        metricNamespace: namespace,
        metricName,
        metricValue: '1',
      })
    const topic = new Topic(this, 'Topic', { enforceSSL: true, displayName: fullName(settings) })
    if (settings.alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(settings.alarmEmail))
    const all = alarms({ ...at, namespace })
    for (const [name, { metric, moreThan, tells }] of Object.entries(all))
      new Alarm(this, `${name}Alarm`, {
        alarmName: `${fullName(settings)}-${name}`,
        alarmDescription: tells,
        metric,
        threshold: moreThan,
        ...comparison,
      }).addAlarmAction(new SnsAction(topic))
    this.dashboardName = this.#draw(settings, namespace, at, logs.functions)
    if (settings.monthlyBudget !== undefined) this.#limit(settings, settings.monthlyBudget)
  }

  #draw(settings: Settings, namespace: string, at: Omit<Watched, 'namespace'>, log: ILogGroup): string {
    const dashboardName = fullName(settings)
    const own = (metricName: string): IMetric => new Metric({ namespace, metricName, statistic: 'Sum' })
    const of = (namespace: string, metricName: string, dimensionsMap: Record<string, string>, statistic = 'Sum') =>
      new Metric({ namespace, metricName, dimensionsMap, statistic })
    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 12 })
    const api = { ApiName: at.apiName, Stage: at.stageName }
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName })
    dashboard.addWidgets(
      graph('Snapshots', own('SnapshotsTaken'), own('SnapshotsFailed'), own('SnapshotsResumed')),
      graph('Failures', own('Failures'), own('Crashes'), own('AuthorizerFailures'), own('SchedulesMissed')),
      graph(
        'Requests',
        of('AWS/ApiGateway', 'Count', api),
        of('AWS/ApiGateway', '4XXError', api),
        of('AWS/ApiGateway', '5XXError', api),
      ),
      graph(
        'Milliseconds to answer',
        of('AWS/ApiGateway', 'Latency', api, 'p50'),
        of('AWS/ApiGateway', 'Latency', api, 'p99'),
      ),
      graph(
        'The worker',
        ...['Invocations', 'Errors', 'Throttles', 'ConcurrentExecutions'].map((name) =>
          of('AWS/Lambda', name, { FunctionName: at.worker }, name === 'ConcurrentExecutions' ? 'Maximum' : 'Sum'),
        ),
      ),
      graph(
        'Events that failed',
        of('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: at.failuresQueue }, 'Maximum'),
      ),
      new LogQueryWidget({
        title: 'The newest failures',
        logGroupNames: [log.logGroupName],
        queryLines: [
          'fields @timestamp, message, code, operation, requestId',
          'filter level = "ERROR"',
          'sort @timestamp desc',
          'limit 20',
        ],
        width: 24,
      }),
    )
    return dashboardName
  }

  /** What AWS counts for this deployment, once `headgate:deployment` is a cost allocation tag of the account. */
  #limit(settings: Settings, amount: number): void {
    const subscribers = [{ subscriptionType: 'EMAIL', address: settings.alarmEmail! }]
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `${fullName(settings)}-${Stack.of(this).region}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:headgate:deployment$${fullName(settings)}`] },
      },
      notificationsWithSubscribers: [80, 100].map((threshold) => ({
        notification: { notificationType: 'ACTUAL', comparisonOperator: 'GREATER_THAN', threshold },
        subscribers,
      })),
    })
  }
}
