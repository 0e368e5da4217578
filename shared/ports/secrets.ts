import { ownerPart } from '../domain/owner.ts'
import type { Secret } from '../domain/secret.ts'

/**
 * Ids are `/`-separated parts of A-Z, a-z, 0-9, `.`, `_` and `-`: `connectors/<uid>`, at most 10 parts and 512
 * characters. Values are 1 byte to 8 KB.
 */
export interface SecretReader {
  /**
   * The newest value, undefined where there is none. What another process changed may be seen 300 s later, with `fresh`
   * at once.
   */
  get(id: string, options?: { readonly fresh?: boolean }): Promise<Secret | undefined>
}

/** Who writes secrets need not be able to read them. */
export interface SecretWriter {
  put(id: string, value: Secret): Promise<void>
  /** Deleting what is not there is fine. */
  delete(id: string): Promise<void>
}

/** Where a connector's credential is kept, as JSON. */
export const credentialId = (uid: string): string => `connectors/${uid}`

/** Where the value of a user's secret is kept: below a path of the owner's own. */
export const userSecretId = (caller: string, key: string): string => `users/${ownerPart(caller)}/${key}`

/** Where the value of a secret of the organisation is kept. */
export const orgSecretId = (key: string): string => `org/${key}`
