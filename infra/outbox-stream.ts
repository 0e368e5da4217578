import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { CfnEventSourceMapping, type Function as Lambda } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { outbox } from '../shared/ports/event-records.ts'
import type { Failures } from './failures.ts'

export interface OutboxStreamProps {
  readonly table: Table
  /** It may send to the queue of failures. */
  readonly deliver: Lambda
  readonly failures: Failures
}

/** Has the function invoked within a second when something is put into the outbox, and for nothing else in the table. */
export class OutboxStream extends Construct {
  constructor(scope: Construct, id: string, { table, deliver, failures }: OutboxStreamProps) {
    super(scope, id)
    const pattern = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [outbox.path] } } } }
    new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: table.tableStreamArn!,
      functionName: deliver.functionArn,
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
      // A schedule looks after what was not delivered then: records need not be held up for it.
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: failures.queueArn } },
      filterCriteria: { filters: [{ pattern: JSON.stringify(pattern) }] },
    })
  }
}
