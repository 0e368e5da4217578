/**
 * Bytes under keys. A key is 1 to 900 bytes of UTF-8, any characters but NUL, lone surrogates and C0 controls, with
 * no empty, `.` or `..` part between its slashes; another key is the fault invalid-request. What is put is seen whole
 * or not at all.
 */
export interface ObjectHead {
  readonly key: string
  readonly size: number
  /** Changes with the content. */
  readonly etag: string
  /** ISO 8601, UTC. */
  readonly modified: string
}

export interface ObjectReader {
  /** Fault not-found. */
  head(key: string): Promise<ObjectHead>
  /**
   * The bytes, or the half-open range [begin, end) of them: an end past the size is clamped, an empty range gives
   * nothing. Who asks for them reads them, if only to stop at once: unread, they hold a connection.
   * Faults: not-found, range-not-satisfiable where begin is past the size, negative, or past end.
   */
  get(key: string, range?: readonly [begin: number, end: number]): Promise<AsyncIterable<Uint8Array>>
  /** Keys that begin with `prefix`, in byte order, after `after` (exclusive). `limit` is 1 to 1000. */
  list(
    prefix: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly objects: readonly ObjectHead[]; readonly next: string | null }>
  /** An address that gives the bytes to who holds it, for `seconds`, as an attachment of that name. */
  link(key: string, options: { readonly seconds: number; readonly filename: string }): Promise<string>
}

export interface ObjectWriter extends ObjectReader {
  /**
   * Streams the bytes, holding at most some 32 MB. A writer that throws leaves what was there before.
   * `ifAbsent`: fault precondition-failed where the key is taken; of two at once one wins.
   */
  put(
    key: string,
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    options?: { readonly ifAbsent?: boolean; readonly contentType?: string },
  ): Promise<ObjectHead>
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>
}
