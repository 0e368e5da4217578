import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  type FunctionProps,
  Function as Lambda,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Operation } from '../shared/api/operation.ts'
import type { Needs } from '../shared/ports/index.ts'
import {
  admittingGrant,
  auditGrant,
  durableGrant,
  functionArn,
  functionName,
  type Grant,
  grantsOf,
  type Place,
  readingStream,
  together,
} from './grants.ts'
import { fileOf, others } from './handlers.ts'

export interface OperationFunctionsProps {
  readonly operations: Readonly<Record<string, Operation>>
  /** The folder of built functions. */
  readonly code: string
  readonly place: Omit<Place, 'worker' | 'extractor' | 'holder'>
}

/** How long an answer that is not streamed may take: the API waits no longer. */
export const answerSeconds = 29

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
  readonly tidy: Lambda
  readonly deliver: Lambda

  constructor(scope: Construct, id: string, { operations, code, place }: OperationFunctionsProps) {
    super(scope, id)
    const stack = Stack.of(this)
    const nameOf = (id: string) => functionName(stack, id)
    const arnOf = (id: string) => functionArn(stack, nameOf(id))
    const [worker, extractor, holder] = [arnOf('runSnapshot'), arnOf('extractPartition'), arnOf('holdView')]
    const whole: Place = { ...place, worker, extractor, holder }
    const asset = Code.fromAsset(code, { exclude: ['*.map'] })

    const make = (id: string, needs: Needs, props: Partial<FunctionProps>, more: readonly Grant[] = []): Lambda => {
      const scope = new Construct(this, id)
      const functionName = nameOf(id)
      const logGroup = new LogGroup(scope, 'Log', {
        logGroupName: `/aws/lambda/${functionName}`,
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      })
      const { statements, variables } = together([grantsOf(needs, whole), ...more])
      const toLog = new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      })
      const role = new Role(scope, 'Role', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: { needs: new PolicyDocument({ minimize: true, statements: [toLog, ...statements] }) },
      })
      return new Lambda(scope, 'Function', {
        functionName,
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
        code: asset,
        handler: `${fileOf(id)}.handler`,
        role: role.withoutPolicyUpdates(),
        logGroup,
        loggingFormat: LoggingFormat.JSON,
        environment: variables,
        memorySize: 1024,
        timeout: Duration.seconds(answerSeconds),
        ...props,
      })
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
    make(
      'runSnapshot',
      others.runSnapshot,
      {
        description: 'Conduct a snapshot',
        durableConfig: { executionTimeout: Duration.days(7), retentionPeriod: Duration.days(14) },
        ...retried,
      },
      [durableGrant(worker)],
    )
    make('extractPartition', others.extractPartition, {
      description: 'Extract one partition of a snapshot',
      memorySize: oneCore,
      timeout: Duration.seconds(streamSeconds),
    })
    make('holdView', others.holdView, { description: 'Hold the moment that a snapshot reads', ...retried })
  }
}

/** The memory at which Lambda gives one whole core, MB. */
const oneCore = 1769
