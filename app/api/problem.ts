import { ApiError, ConnectionFailed } from '../../clients/typescript/errors.ts'

/** A failure as it is shown. */
export interface ShownProblem {
  /** 0 where no server answered. */
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly hint: string | null
  readonly requestId: string | null
  /** What is wrong with which field of the request: JSON pointers that begin with `/body/`, `/query/` or `/path/`. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
}

/** Anything thrown, as a problem that can be shown. */
export function asProblem(thrown: unknown): ShownProblem {
  if (thrown instanceof ApiError) {
    const { status, code, title, detail, hint, requestId, errors } = thrown
    return { status, code, title, detail, hint, requestId, errors }
  }
  const none = { status: 0, hint: null, requestId: null, errors: [] }
  if (thrown instanceof ConnectionFailed)
    return {
      ...none,
      code: 'network',
      title: 'The server did not answer',
      detail: thrown.message,
      hint: 'See whether Headgate is still running and you are online, then try again.',
    }
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return { ...none, code: 'app', title: 'It did not work', detail }
}

/** What is wrong with a field of the body, by its name there. */
export const errorsOf =
  (problem: ShownProblem | undefined) =>
  (field: string): string | undefined =>
    problem?.errors.find(({ pointer }) => pointer === `/body/${field}`)?.detail

/** Why a run failed, as its record tells it. */
export const toldProblem = (
  title: string,
  { code, detail, hint }: { readonly code: string; readonly detail: string; readonly hint: string | null },
): ShownProblem => ({ status: 1, code, title, detail, hint, requestId: null, errors: [] })
