/** A connection of one's own code that is deployed as a function of its own. */
export interface DeployedConnection {
  readonly name: string
  readonly language: 'python' | 'typescript'
  /** Changes whenever the code does. */
  readonly fingerprint: string
  /** The end of its function's name. */
  readonly suffix: string
}

/** What the function of a connection is asked: the questions of one run of the code, in turn. */
export interface ConnectionEvent {
  readonly questions: readonly object[]
  readonly env: Readonly<Record<string, string>>
  /** The code is given up when it says nothing for so long. */
  readonly timeoutMs: number
}

/** What the function of a connection answers. */
export interface ConnectionReply {
  /** Answers as frames, in base64: the end of them where there are parts. */
  readonly frames: string
  /** Keys of the objects that hold the answers before. */
  readonly parts: readonly string[]
  /** The end of what the code printed. */
  readonly printed: string
  /** Whether it printed more than that. */
  readonly isCut: boolean
  /** How the code ended, where that was too early; null where it answered everything. */
  readonly ended: 'silent' | 'late' | { readonly exitCode: number } | { readonly signal: string } | null
}
