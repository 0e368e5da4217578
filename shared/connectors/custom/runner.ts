/** Where the code of connections is run: in a process of this machine, or in a function of its own elsewhere. */

import type { CodeInterface } from './config.ts'

/** One object that the code lists. What else it holds is the code's own, and comes back to it as it was. */
export interface ListedObject {
  readonly name: string
  readonly fingerprint: string
  readonly is_prefix: boolean
  readonly [more: string]: unknown
}

/** The code of a connection, loaded and with its context made. It does one thing at a time. */
export interface Session {
  /** Whether the code tells schemas itself. */
  readonly infersSchema: boolean
  /** Makes the context, once, before anything else: the only call that is given the credential. */
  makeContext(credential: string, config: unknown): Promise<void>
  /** The objects below a prefix, or the first ones. */
  list(metadata: ListedObject | null): AsyncIterable<readonly ListedObject[]>
  /** The bytes of an object; of the interfaces rows and dataframe, a JSON object a line. Ending early ends the session. */
  read(metadata: ListedObject): AsyncIterable<Uint8Array>
  /** Names of columns with names of types. */
  inferSchema(metadata: ListedObject): Promise<readonly (readonly [name: string, type: string])[]>
  /** What the code has printed so far, its end, secrets masked. */
  printed(): string
  /** Ends it at once, whatever it does. */
  end(): void
  isEnded(): boolean
}

export interface StartAt {
  readonly connection: string
  readonly codeInterface: CodeInterface
  /** The code is given up when it says nothing for so long. */
  readonly timeoutMs: number
  /** Variables of its environment: those of the configuration, and those of secrets, which are the stronger. */
  readonly variables: {
    readonly env: Readonly<Record<string, string>>
    readonly orgSecrets: Readonly<Record<string, string>>
  }
  /** Texts that are masked in what the code says. */
  readonly secrets: readonly string[]
  readonly signal: AbortSignal
}

export interface Runner {
  /** The names of the connections that this deployment has. */
  names(): Promise<readonly string[]>
  /** Changes whenever the code of a connection does. Fault not-found. */
  codeFingerprint(connection: string): Promise<string>
  /** Loads the code. Faults: not-found, source-failed for code that cannot be used, with file and line. */
  start(at: StartAt): Promise<Session>
}
