import { setTimeout } from 'node:timers/promises'

/** What time it is and how to wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Throws the signal's reason once it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** How a snapshot is paced. */
export interface Pace {
  readonly clock: Clock
  /** Between two signs of life of a worker. */
  readonly heartbeatMs: number
  /** A worker that was not seen for so long is taken for dead. */
  readonly staleMs: number
  /** A part that has grown to so many bytes is ended and the next one begun. */
  readonly partBytes: number
  /** A snapshot whose worker died so often, or whose moment was lost so often, is not tried again. */
  readonly attempts: number
  /** A partition that failed or died so often fails the snapshot. */
  readonly tries: number
  /** How long a connection is leased; who renews it for so long no more has lost it. */
  readonly leaseMs: number
  /** How long a worker waits for a connection, or for its view, before it gives up. */
  readonly patienceMs: number
}

export const steadyPace: Pace = {
  clock: { now: () => Date.now(), sleep: (ms, signal) => setTimeout(ms, undefined, { signal }) },
  heartbeatMs: 1000,
  staleMs: 15_000,
  partBytes: 256 * 1024 * 1024,
  attempts: 5,
  tries: 4,
  leaseMs: 15_000,
  patienceMs: 10 * 60_000,
}

/** ISO 8601 in UTC. */
export const instant = (ms: number): string => new Date(ms).toISOString()
