import { randomUUID } from 'node:crypto'
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { describe, expect, it } from 'vitest'
import { awsBus } from '../../../shared/adapters/aws/events.ts'
import { busContract, someEvent } from '../../contract/events.ts'
import { local } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { moto } from '../../support/moto.ts'

interface Answer {
  readonly QueueUrl?: string
  readonly Messages?: readonly { readonly Body: string; readonly MessageId: string }[]
}

describeOn(moto, 'EventBridge', (endpoint) => {
  /** A call of SQS, for which the project needs no client. */
  const queue = async (action: string, body: object): Promise<Answer> => {
    const response = await fetch(endpoint(), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Answer
  }

  busContract('EventBridge on moto', async () => {
    const client = new EventBridgeClient(local(endpoint()))
    const bus = `headgate-${randomUUID()}`
    await client.send(new CreateEventBusCommand({ Name: bus }))
    const { QueueUrl } = await queue('CreateQueue', { QueueName: bus })
    const Arn = `arn:aws:sqs:eu-central-1:123456789012:${bus}`
    const pattern = { source: ['headgate'], 'detail-type': ['dataset.changed'] }
    await client.send(new PutRuleCommand({ Name: 'all', EventBusName: bus, EventPattern: JSON.stringify(pattern) }))
    await client.send(new PutTargetsCommand({ Rule: 'all', EventBusName: bus, Targets: [{ Id: '1', Arn }] }))
    const seen = new Map()
    return {
      bus: awsBus({ client, bus }),
      async arrived() {
        for (;;) {
          const { Messages = [] } = await queue('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 })
          for (const { Body, MessageId } of Messages) seen.set(MessageId, JSON.parse(Body).detail)
          if (Messages.length === 0) return [...seen.values()]
        }
      },
      dispose: async () => client.destroy(),
    }
  })
})

describe('EventBridge that refuses', () => {
  const answering = (answer: object) => {
    const client = new EventBridgeClient({ ...local('http://127.0.0.1:1'), maxAttempts: 1 })
    const sent: number[] = []
    client.middlewareStack.add(
      () => async (args) => {
        sent.push((args.input as { Entries: unknown[] }).Entries.length)
        return { response: {}, output: { $metadata: {}, ...answer } } as never
      },
      { step: 'initialize', name: 'answer' },
    )
    return { bus: awsBus({ client, bus: 'headgate' }), sent }
  }

  it('some entries for now is busy, and for good is internal: none is taken for told', async () => {
    const busy = answering({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }] })
    await expect(busy.bus.publish([someEvent(), someEvent()])).rejects.toMatchObject({ code: 'busy' })
    const broken = answering({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }] })
    await expect(broken.bus.publish([someEvent()])).rejects.toMatchObject({ code: 'internal' })
  })

  it('is sent ten at a time', async () => {
    const { bus, sent } = answering({ FailedEntryCount: 0, Entries: [] })
    await bus.publish(Array.from({ length: 23 }, () => someEvent()))
    expect(sent).toEqual([10, 10, 3])
  })

  it('that cannot be reached is busy', async () => {
    const client = new EventBridgeClient({ ...local('http://127.0.0.1:1'), maxAttempts: 1 })
    await expect(awsBus({ client, bus: 'headgate' }).publish([someEvent()])).rejects.toMatchObject({ code: 'busy' })
  })
})
