type Variables = Readonly<Record<string, string>>

/**
 * The environment of a run of own code. What is asked for yields to secrets, and both to what the system sets. Secrets
 * are those of the organisation that the connector's credential names: no user's own, whoever runs it.
 */
export const runEnvironment = (from: {
  readonly env: Variables
  readonly orgSecrets: Variables
  readonly system: Variables
}): Variables => ({ ...from.env, ...from.orgSecrets, ...from.system })
