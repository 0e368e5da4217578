/** What a JWT says once its signature, issuer, audience, use and time have been verified. */
export interface Session {
  readonly id: string
  readonly name: string | null
  readonly groups: readonly string[]
}
