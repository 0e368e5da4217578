import type { Connector, Kind } from '../api/types.ts'
import { validate } from '../forms/validate.ts'
import { initialValue, type Problems } from '../forms/values.ts'

/** A connector as it stands in the form. */
export interface ConnectorDraft {
  readonly name: string
  readonly title: string
  readonly config: unknown
  /** Undefined while nothing was typed: then the kept one stays. */
  readonly credential: unknown
  /** A pasted URL whose password is still in it; it goes to the server with the rest, and is shown nowhere. */
  readonly url: string | undefined
  readonly allowQuery: boolean
  readonly allowWrite: boolean
  readonly budget: string
}

export const newDraft = (kind: Kind): ConnectorDraft => ({
  name: '',
  title: '',
  config: initialValue(kind.config),
  credential: undefined,
  url: undefined,
  allowQuery: false,
  allowWrite: false,
  budget: '4',
})

export const draftOf = ({ name, title, config, allowQuery, allowWrite, budget }: Connector): ConnectorDraft => ({
  name,
  title,
  config,
  credential: undefined,
  url: undefined,
  allowQuery,
  allowWrite,
  budget: String(budget),
})

/** What is sent to be saved or checked. */
export function valuesOf({ config, credential, url }: ConnectorDraft) {
  return {
    config: config as Record<string, unknown>,
    ...(credential !== undefined && { credential: credential as Record<string, unknown> }),
    ...(url !== undefined && { url }),
  }
}

export interface DraftProblems {
  readonly config: Problems
  readonly credential: Problems
}

/** What is wrong with it before it is sent. A credential that is kept, or in the URL, need not be given. */
export function problemsOf(kind: Kind, draft: ConnectorDraft, hasCredential: boolean): DraftProblems {
  const needsCredential = !hasCredential && draft.url === undefined
  const wasTyped = draft.credential !== undefined
  return {
    config: validate(kind.config, draft.config ?? {}),
    credential: needsCredential || wasTyped ? validate(kind.credential, draft.credential ?? {}) : new Map(),
  }
}
