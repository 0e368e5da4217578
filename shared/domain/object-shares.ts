/** One object of a source, as it is listed. */
export interface ObjectShare {
  readonly name: string
  /** Changes whenever what the object gives does; null: nothing tells. */
  readonly evidence: string | null
  /** How large it is; null where nobody tells. */
  readonly bytes: number | null
  /** The kind's own, and plain JSON: together with what it shares with the others, the `spec` of a partition. */
  readonly spec: Readonly<Record<string, unknown>>
}

/** What a selection names, object by object, in byte order of their names. */
export interface ObjectShares {
  /** The kind's own, and plain JSON: what the specs of all objects have besides. */
  readonly shared: Readonly<Record<string, unknown>>
  readonly objects: readonly ObjectShare[]
}
