import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type { EventRecord } from '../../domain/event.ts'
import { Fault } from '../../domain/faults.ts'
import type { Events } from '../../ports/events.ts'
import { awsFault, isBusy } from './faults.ts'

/** Entries of one request. */
const atOnce = 10

/** Puts events on a bus of EventBridge: `source` is `headgate`, `detail-type` the event's type, `detail` the event. */
export const awsBus = ({
  client,
  bus,
}: {
  readonly client: EventBridgeClient
  readonly bus: string
}): Pick<Events, 'publish'> => ({
  async publish(events) {
    for (let from = 0; from < events.length; from += atOnce)
      await put(
        client,
        events.slice(from, from + atOnce).map((event) => toEntry(bus, event)),
      )
  },
})

const toEntry = (EventBusName: string, event: EventRecord): PutEventsRequestEntry => ({
  EventBusName,
  Source: 'headgate',
  DetailType: event.type,
  Time: new Date(event.at),
  Resources: [`datasource/${event.datasource}`],
  Detail: JSON.stringify(event),
})

/** One request may take some entries and refuse others. */
async function put(client: EventBridgeClient, Entries: PutEventsRequestEntry[]): Promise<void> {
  const answer = await client.send(new PutEventsCommand({ Entries })).catch((thrown) => {
    throw awsFault('EventBridge', thrown)
  })
  const refused = (answer.Entries ?? []).flatMap(({ ErrorCode }) => (ErrorCode === undefined ? [] : [ErrorCode]))
  if (refused.length === 0) return
  if (refused.some((name) => name === 'InternalFailure' || isBusy({ name })))
    throw new Fault('busy', 'EventBridge takes no more events just now.', { retryAfter: 1 })
  throw new Fault('internal', `EventBridge refused ${refused.length} events: ${refused[0]}.`)
}
