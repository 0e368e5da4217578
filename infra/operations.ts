import { Duration, Stack } from 'aws-cdk-lib'
import { Code, type Function as Lambda, RecursiveLoop } from 'aws-cdk-lib/aws-lambda'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import type { ILogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Operation } from '../shared/api/operation.ts'
import type { Needs } from '../shared/ports/index.ts'
import { fullName, type Settings } from './config.ts'
import type { Failures } from './failures.ts'
import {
  admittingGrant,
  auditGrant,
  durableGrant,
  functionArn,
  type Grant,
  grantsOf,
  type Place,
  readingStream,
  together,
} from './grants.ts'
import { fileOf, others } from './handlers.ts'
import type { Network } from './network.ts'
import { ownFunction, type Special } from './own-function.ts'

export interface OperationFunctionsProps {
  readonly operations: Readonly<Record<string, Operation>>
  /** The folder of built functions. */
  readonly code: string
  readonly place: Omit<Place, 'worker' | 'extractor' | 'holder' | 'exporter'>
  /** Where those who dial sources get their addresses; undefined: outside of any private network. */
  readonly network: Network | undefined
  readonly log: ILogGroup
  /** Where events end that were tried in vain. */
  readonly failures: Failures
}

/** How long a streamed answer may take, and a snapshot: Lambda allows no more. */
export const streamSeconds = 900

/**
 * One Lambda for each operation, and those that no route leads to. Each has a role of its own that may do exactly what
 * its needs say, and a log of its own.
 */
export class OperationFunctions extends Construct {
  /** Of the operations, by id. */
  readonly byOperation: Readonly<Record<string, Lambda>>
  readonly authorizer: Lambda
  readonly makeToken: Lambda
  readonly runSnapshot: Lambda
  readonly extractPartition: Lambda
  readonly tidy: Lambda
  readonly deliver: Lambda

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    { operations, code, place, network, log, failures }: OperationFunctionsProps,
  ) {
    super(scope, id)
    const nameOf = (id: string) => `${fullName(settings)}-${id}`
    const arnOf = (id: string) => functionArn(Stack.of(this), nameOf(id))
    const [worker, extractor, holder] = [arnOf('runSnapshot'), arnOf('extractPartition'), arnOf('holdView')]
    const whole: Place = { ...place, worker, extractor, holder, exporter: arnOf('runExport') }
    const asset = Code.fromAsset(code, { exclude: ['*.map'] })

    const make = (id: string, needs: Needs, props: Special, more: readonly Grant[] = []): Lambda => {
      const dials = isDialling(needs)
      const isRetried = props.retryAttempts !== undefined
      const grants = [
        grantsOf(needs, whole),
        ...more,
        ...(network && dials ? [network.grant(nameOf(id))] : []),
        ...(isRetried ? [failures.sending] : []),
      ]
      const fn = ownFunction(this, id, {
        name: nameOf(id),
        code: asset,
        handler: `${fileOf(id)}.handler`,
        logGroup: log,
        grant: together(grants),
        ...(isRetried && { onFailure: new SqsDestination(failures) }),
        ...props,
      })
      if (dials) network?.take(fn)
      return fn
    }

    this.byOperation = Object.fromEntries(
      Object.entries(operations).map(([id, op]) => [
        id,
        make(
          id,
          op.needs,
          {
            description: op.summary,
            ...(op.answers !== 'json' && { timeout: Duration.seconds(streamSeconds) }),
            ...(op.answers === 'rows' && { memorySize: oneCore }),
          },
          [auditGrant(op, whole)],
        ),
      ]),
    )
    this.authorizer = make('authorizer', others.authorizer, { description: 'Find who sends a token' }, [
      admittingGrant(whole),
    ])
    this.makeToken = make('makeToken', others.makeToken, { description: 'Make a token, by hand' })
    this.tidy = make('tidy', others.tidy, {
      description: 'Start again what died, delete what it left',
      timeout: Duration.seconds(streamSeconds),
      retryAttempts: 2,
    })
    this.deliver = make(
      'deliver',
      others.deliver,
      { description: 'Tell what happened', timeout: Duration.minutes(5), retryAttempts: 2 },
      [readingStream(place.table)],
    )
    make('wake', others.wake, {
      description: 'Take the snapshots that are due',
      timeout: Duration.minutes(2),
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    })
    const retried = { timeout: Duration.seconds(streamSeconds), retryAttempts: 2, maxEventAge: Duration.hours(6) }
    // Lambda ends what invokes itself the 16th time or so, unless it is told that this is meant
    const handsOn = { recursiveLoop: RecursiveLoop.ALLOW }
    this.runSnapshot = make(
      'runSnapshot',
      others.runSnapshot,
      {
        description: 'Conduct a snapshot',
        durableConfig: { executionTimeout: Duration.days(7), retentionPeriod: Duration.days(14) },
        ...retried,
      },
      [durableGrant(worker)],
    )
    this.extractPartition = make('extractPartition', others.extractPartition, {
      description: 'Extract one partition of a snapshot',
      memorySize: oneCore,
      timeout: Duration.seconds(streamSeconds),
      ...(settings.workers !== null && { reservedConcurrentExecutions: settings.workers }),
    })
    make('runExport', others.runExport, {
      description: 'Write a version of a dataset to a connector',
      memorySize: oneCore,
      ...retried,
      ...handsOn,
    })
    make('holdView', others.holdView, {
      description: 'Hold the moment that a snapshot reads',
      ...retried,
      ...handsOn,
    })
  }
}

/** The memory at which Lambda gives one whole core, MB. */
const oneCore = 1769

/** Whether a function opens sockets to sources. */
const isDialling = ({ sources }: Needs): boolean => sources !== undefined && sources !== 'know'
