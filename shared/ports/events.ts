import type { EventRecord, WebhookRecord } from '../domain/event.ts'

/** Tells the world outside of what happened. */
export interface Events {
  /**
   * Brings events to the deployment's own bus, in order, each at least once: on AWS EventBridge, on one machine a file of
   * lines. Faults: busy, internal where an event is refused for good.
   */
  publish(events: readonly EventRecord[]): Promise<void>
  /**
   * Sends an event to a receiver, signed with its secret, through the guarded door, and gives the status that it answers:
   * redirects are not followed. Faults: not-found where its secret is gone, and those of `Egress`.
   */
  send(webhook: WebhookRecord, event: EventRecord, signal: AbortSignal): Promise<number>
}

/** What the schedules wake who delivers for. No datasource has such a name. */
export const deliveriesId = '_deliveries'
