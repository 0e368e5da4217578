type Variables = Readonly<Record<string, string>>

/**
 * The environment of a run of a user's own code. What is asked for yields to secrets, those of the organisation to the
 * user's own, and all of them to what the system sets.
 */
export const runEnvironment = (from: {
  readonly env: Variables
  readonly orgSecrets: Variables
  readonly userSecrets: Variables
  readonly system: Variables
}): Variables => ({ ...from.env, ...from.orgSecrets, ...from.userSecrets, ...from.system })
