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
   * `ifAbsent`: fault precondition-failed where the key is taken; of two at once one wins. `ifMatch`: the same where
   * the key's ETag is another, or there is none.
   */
  put(
    key: string,
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    options?: { readonly ifAbsent?: boolean; readonly ifMatch?: string; readonly contentType?: string },
  ): Promise<ObjectHead>
  /** Puts the bytes of one key under another, without their passing through here. Fault not-found. */
  copy(from: string, to: string, options?: { readonly ifAbsent?: boolean }): Promise<ObjectHead>
  /** Deleting what is not there is fine. `ifMatch`: fault precondition-failed where the ETag is another, or none. */
  delete(key: string, options?: { readonly ifMatch?: string }): Promise<void>
}

/** An upload that is under way: the key that it is for, and the id that `begin` gave. */
export interface UploadAt {
  readonly key: string
  readonly upload: string
}

export interface UploadPart {
  /** 1 to 10,000: parts are put together in the order of their numbers. */
  readonly number: number
  readonly size: number
  readonly etag: string
}

/** Objects put in parts by who holds signed addresses, so that a large one passes no function. */
export interface Uploads {
  begin(key: string): Promise<string>
  /** An address that takes one part by PUT, for `seconds`. A part may be sent again. */
  sign(at: UploadAt, number: number, options: { readonly seconds: number }): Promise<string>
  /** What has arrived, by number. Fault not-found where the upload is over. */
  parts(at: UploadAt): Promise<readonly UploadPart[]>
  /**
   * Makes the object of these parts, seen whole or not at all. All but the last have at least 5 MB. Faults: not-found
   * where the upload is over, invalid-request for parts that have not arrived so, precondition-failed (`ifAbsent`).
   */
  complete(
    at: UploadAt,
    parts: readonly Pick<UploadPart, 'number' | 'etag'>[],
    options?: { readonly ifAbsent?: boolean },
  ): Promise<ObjectHead>
  /** Gives up an upload with all that has arrived. One that is over is fine. */
  abort(at: UploadAt): Promise<void>
}
